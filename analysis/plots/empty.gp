# A sheet for a run that has nothing to draw.
unset border
unset tics
unset key
unset grid
set xrange [0:1]
set yrange [0:1]
set label 5 nothing at graph 0.5,0.5 center textcolor rgb faint noenhanced
plot 2 notitle
