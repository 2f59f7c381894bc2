# Nodes side by side, each with its line; below each other what passed between them, in the order of
# time but not to its scale. The sheet is as high as it takes.
height = 190.0+26*rows < 320 ? 320.0 : 190.0+26*rows
if (target eq "png") {
    set terminal pngcairo rounded size 1600,2*height fontscale 1.87 linewidth 2 pointscale 2 \
        font "DejaVu Sans,11" background "#ffffff"
}
if (target eq "svg") {
    set terminal svg rounded size 800,height linewidth 1 font "DejaVu Sans,13" background "#ffffff"
}
if (target eq "pdf") {
    set terminal pdfcairo rounded size 8in,height/100.0 linewidth 1.3 fontscale 0.75 \
        font "DejaVu Sans,13" background "#ffffff"
}
set output "figures/".figure.".".target
set label 1 at screen 0.02,1-22.0/height
set label 2 sentence_1 at screen 0.02,1-48.0/height left font small textcolor rgb faint noenhanced
set label 5 sentence_2 at screen 0.02,1-64.0/height left font small textcolor rgb faint noenhanced
set label 6 sentence_3 at screen 0.02,1-80.0/height left font small textcolor rgb faint noenhanced
set label 3 at screen 0.02,16.0/height
set label 4 at screen 0.98,16.0/height
set tmargin at screen 1-130.0/height
set bmargin at screen 34.0/height
set lmargin at screen 0.135
set rmargin at screen 0.985
unset border
unset grid
unset xtics
unset ytics
unset key
# Words of the last line at the right need their room.
set xrange [0.4:1.13*columns+0.5]
set yrange [rows+0.6:0.2]
middle(a, b) = 0.5*(a+b)
set style arrow 1 head filled size screen 0.008,18 lw 2.2 lc rgb blue
set style arrow 2 head filled size screen 0.008,18 lw 1.4 lc rgb faint
set style arrow 3 nohead lw 1.4 dt (8,5) lc rgb red
plot $nodes using 1:(0.2):(0):(rows+0.4) with vectors nohead lw 1 lc rgb rule, \
     $nodes using 1:(0.2):2 with labels offset 0,1.0 textcolor rgb ink noenhanced, \
     $arrows using 2:($4 == 1 ? $1 : 1/0):($3-$2):(0) with vectors arrowstyle 1, \
     $arrows using 2:($4 == 2 ? $1 : 1/0):($3-$2):(0) with vectors arrowstyle 2, \
     $arrows using 2:($4 == 3 ? $1 : 1/0):(0.72*($3-$2)):(0) with vectors arrowstyle 3, \
     $arrows using ($2+0.72*($3-$2)):($4 == 3 ? $1 : 1/0) with points pt 2 ps 1.2*points lw 2 \
         lc rgb red, \
     $arrows using 2:($4 == 0 ? $1 : 1/0) with points pt 7 ps 0.9*points lc rgb blue, \
     $arrows using 2:($4 == 0 ? $1 : 1/0):6 with labels left offset 1,0 font small \
         textcolor rgb ink noenhanced, \
     $arrows using (middle($2,$3)):($4 > 0 ? $1 : 1/0):6 with labels offset 0,0.55 font small \
         textcolor rgb ink noenhanced, \
     $arrows using (0.4):1:5 with labels right offset -0.5,0 font small textcolor rgb faint \
         noenhanced
