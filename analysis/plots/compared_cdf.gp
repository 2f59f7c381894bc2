# Two distributions, each a mean over runs in its band: one blue and solid, one orange and dashed.
set datafile missing "NA"
set label 2 sprintf("Mean over runs; bands are intervals of %.4g %%, at each time by itself", \
    confidence) at screen 0.02,0.900 left textcolor rgb faint noenhanced
set xlabel "Latency from publication to delivery (".unit.")" textcolor rgb ink
set label 8 "Expected receivers reached (%)" at screen 0.024,0.515 center rotate by 90 \
    textcolor rgb ink
if (x_log > 0) {
    set logscale x
    eval log_tics("x", least, most, 1)
}
if (x_log == 0) { least = 0 }
set xrange [least:most]
set yrange [0:104]
set ytics 20
set key bottom right Left reverse samplen 2.4 spacing 1.2 noenhanced
plot "figures/latency_cdf.tsv" skip 1 using ($1/scale):(100*$3):(100*$4) with filledcurves \
         fs transparent solid 0.25 noborder lc rgb blue notitle, \
     "" skip 1 using ($1/scale):(100*$6):(100*$7) with filledcurves \
         fs transparent solid 0.25 noborder lc rgb orange notitle, \
     "" skip 1 using ($1/scale):(100*$2) with lines lw 1.8 lc rgb blue title title_a, \
     "" skip 1 using ($1/scale):(100*$5) with lines lw 1.8 dt (8,5) lc rgb red title title_b
