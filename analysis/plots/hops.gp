set xlabel "Hops from the publisher" textcolor rgb ink
set label 8 "Deliveries (%)" at screen 0.024,0.50 center rotate by 90 textcolor rgb ink
# The key stands beside the heading and the bound above the bars, where no bar and no line comes.
set key at screen 0.965,0.975 right top
set tmargin at screen 0.81
hops_last = hops_max > bound_max ? hops_max : bound_max
set xrange [0.3:hops_last+0.7]
set yrange [0:1.06*share_max]
set ytics nice(share_max/5)
unset grid
set grid ytics linewidth 0.6 linetype 1 linecolor rgb rule
if (hops_last <= 20) { set xtics 1 }
set style fill solid 1.0 noborder
set boxwidth (hops_last <= 60 ? 0.82 : 1.0)
if (bound_min >= 0) {
    set arrow 1 from first bound_min, graph 0 to first bound_min, graph 1.02 nohead front \
        lw 1.6 dt (12,7) lc rgb red
    set arrow 2 from first bound_max, graph 0 to first bound_max, graph 1.02 nohead front \
        lw 1.6 dt (12,7) lc rgb red
    # The words begin at their line, or further left where they would leave the sheet: above it
    # they stand free of the line. A letter takes up to a hundredth of the width.
    at_line = (bound_min-0.3)/(hops_last+0.4)
    at_most = 1.02-0.0095*strlen(bound_text)
    set label 5 bound_text at graph (at_line < at_most ? at_line : at_most), graph 1.045 left
    set label 5 font small textcolor rgb red
} else {
    set label 5 bound_text at graph 1, graph 1.045 right font small textcolor rgb faint
}
plot "tables/hops.tsv" skip 1 using 2:(100.0*$3/deliveries) smooth frequency with boxes \
         lc rgb orange title (requested > 0 ? requested_title : ""), \
     "" skip 1 using 2:(100.0*$4/deliveries) smooth frequency with boxes \
         lc rgb sky title "pushed by a peer"
