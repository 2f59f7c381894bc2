# Two distributions, each a mean over runs in its band: one blue and solid, one orange and dashed.
set label 2 sprintf("Mean over runs; bands are intervals of %.4g %%, at each time by itself", \
    confidence) at screen px(16),py(head-24) left font small textcolor rgb faint noenhanced
# The key is above the curves, before what A and B are.
set arrow 1 from screen px(16),title_at(title_a_at) to screen px(54),title_at(title_a_at) nohead \
    lw 1.8 lc rgb blue
set arrow 2 from screen px(16),title_at(title_b_at) to screen px(54),title_at(title_b_at) nohead \
    lw 1.8 dt (8,5) lc rgb red
set lmargin at screen px(84)
set rmargin at screen px(sheet_wide-28)
set bmargin at screen py(104)
set tmargin at screen py(head-44)
set label 7 "Latency from publication to delivery (".unit.")" at screen \
    px(84+(sheet_wide-112)/2),py(60) center textcolor rgb ink noenhanced
set label 8 "Expected receivers reached (%)" at screen px(20),py(104+(head-148)/2) center \
    rotate by 90 textcolor rgb ink noenhanced
if (x_log > 0) {
    set logscale x
    eval log_tics("x", least, most, 1)
}
if (x_log == 0) { least = 0 }
set xrange [least:most]
set yrange [0:104]
set ytics 20
unset key
# Where all runs agree there is no interval, and the band is as narrow as the curve.
edge(v, mean) = 100*(valid(v) ? column(v) : column(mean))
plot "figures/latency_cdf.tsv" skip 1 using ($1/scale):(edge(3, 2)):(edge(4, 2)) with filledcurves \
         fs transparent solid 0.25 noborder lc rgb blue notitle, \
     "" skip 1 using ($1/scale):(edge(6, 5)):(edge(7, 5)) with filledcurves \
         fs transparent solid 0.25 noborder lc rgb orange notitle, \
     "" skip 1 using ($1/scale):(100*$2) with lines lw 1.8 lc rgb blue notitle, \
     "" skip 1 using ($1/scale):(100*$5) with lines lw 1.8 dt (8,5) lc rgb red notitle
