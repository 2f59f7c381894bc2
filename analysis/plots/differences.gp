# A row for each figure: seeds as small circles, their mean with its interval, and in words what
# it is and what to make of it. Sizes are in pixels.
set lmargin at screen px(190)
set rmargin at screen px(560)
set bmargin at screen py(96)
set tmargin at screen py(head-80)
set label 7 sprintf("B - A (%% of A's mean), interval of %.4g %%", confidence) at screen \
    px(375),py(58) center font small textcolor rgb ink noenhanced
set tics font small
unset ytics
unset grid
set grid xtics linewidth 0.6 linetype 1 linecolor rgb rule
do for [k = 1:int(rows)] {
    set label 10+k value(sprintf("name_%d", k)) at screen px(180),first k right font small \
        textcolor rgb ink noenhanced
    set label 100+k value(sprintf("words_%d", k)) at screen px(576),first k left font small \
        textcolor rgb ink noenhanced
    set label 200+k value(sprintf("verdict_%d", k)) at screen px(sheet_wide-16),first k right \
        font small textcolor rgb ink noenhanced
}
room = 0.06*(high-low)
if (room == 0) { room = 1.0 }
set xrange [low-room:high+room]
set yrange [0.4:rows+0.6]
set arrow 1 from first 0, graph 0 to first 0, graph 1 nohead back lw 1.1 lc rgb faint
set key at screen px(184),py(head-18) left top Left reverse vertical \
    font small samplen 0.6 spacing 1.15 noenhanced
only(y, yes) = yes ? y : NaN
plot "figures/differences_by_seed.tsv" skip 1 using (100*$7):($2-0.22) with points pt 6 \
         ps 0.5*points lw 0.7 lc rgb "#8a8a8a" notitle, \
     "figures/differences.tsv" skip 1 using (100*$9):2:(100*$10):(100*$11) with xerrorbars \
         pt -1 lw 1.8 lc rgb blue notitle, \
     "" skip 1 using (100*$9):2 with points pt 7 ps 1.0*points lc rgb blue notitle, \
     "" skip 1 using (100*$9):(only($2, $12 == 0)) with points pt 7 ps 0.6*points \
         lc rgb "#ffffff" notitle, \
     keyentry with points pt 7 ps 1.0*points lc rgb blue title "clear of zero among all figures", \
     keyentry with points pt 6 ps 0.9*points lw 1.6 lc rgb blue title "not clear of zero", \
     keyentry with points pt 6 ps 0.5*points lw 0.7 lc rgb "#8a8a8a" title "one seed"
