# One curve a program; a bar over each point spans its rounds.
set xlabel "Nodes" textcolor rgb ink
set label 8 "ns of CPU an event" at screen 0.024,0.515 center rotate by 90 textcolor rgb ink
set logscale x 10
set format x "10^{%L}"
set xrange [0.75*nodes_low:1.33*nodes_high]
set yrange [0:*]
set key top left Left reverse
set bars 0
array programme_colour[6] = [0x0072b2, 0xe69f00, 0x009e73, 0xcc79a7, 0x56b4e9, 0x882255]
colour(k) = programme_colour[1+(k-1)%6]
plot for [k = 1:programs] "$points_".k using 1:2:3:4 with yerrorbars pt -1 lw 1.2 \
         lc rgb colour(k) notitle, \
     for [k = 1:programs] "$points_".k using 1:2 with linespoints pt 7 ps 0.8*points lw 2 \
         lc rgb colour(k) title value(sprintf("program_%d", k))
