# A row per quirk, which is as high whatever their number; the sheet is as high as they need.
high_pixels = 170.0 + 22*rows
if (high_pixels < 320) { high_pixels = 320.0 }
if (target eq "png") {
    set terminal pngcairo rounded size 1600,2*high_pixels
} else {
    set terminal svg rounded size 800,high_pixels
}
at_top(pixels) = 1 - pixels/high_pixels
set label 1 heading at screen 0.02,at_top(24)
set label 2 subtitle at screen 0.02,at_top(50)
set label 3 scenario at screen 0.02,12/high_pixels
set label 4 identity at screen 0.98,12/high_pixels
set lmargin at screen 0.315
set rmargin at screen 0.965
set tmargin at screen at_top(100)
set bmargin at screen 70/high_pixels

set xlabel axis textcolor rgb ink
unset ytics
do for [k = 1:rows] {
    set label 10+k value(sprintf("row_%d", k)) at graph -0.02, first k right font small \
        textcolor rgb ink noenhanced
}
unset grid
set grid xtics linewidth 0.6 linetype 1 linecolor rgb rule
# Something to either side of what is drawn, also when all is zero.
room = 0.06*(high - low)
if (room == 0) { room = 1 }
set xrange [low-room:high+room]
set yrange [0.4:rows+0.6]
set arrow 1 from first 0, graph 0 to first 0, graph 1 nohead back lw 1.1 lc rgb faint
set key at screen 0.965,at_top(78) right center horizontal maxrows 1 samplen 0.5 noenhanced
set bars 0
# Filled: clear of zero among all differences that are looked at. Hollow: not.
filled(y, shown) = shown ? y : 1/0
plot $repaired using 2:($1+0.17):3:4 with xerrorbars pt -1 lw 1.6 lc rgb orange notitle, \
     $added using 2:($1-0.17):3:4 with xerrorbars pt -1 lw 1.6 lc rgb blue notitle, \
     $repaired using 2:($1+0.17) with points pt 7 ps 0.9*points lc rgb orange notitle, \
     $added using 2:($1-0.17) with points pt 5 ps 0.8*points lc rgb blue notitle, \
     $repaired using 2:(filled($1+0.17, $5 == 0)) with points pt 7 ps 0.55*points \
         lc rgb "#ffffff" notitle, \
     $added using 2:(filled($1-0.17, $5 == 0)) with points pt 5 ps 0.45*points \
         lc rgb "#ffffff" notitle, \
     keyentry with points pt 7 ps 0.9*points lc rgb orange title repaired_title, \
     keyentry with points pt 5 ps 0.8*points lc rgb blue title added_title
