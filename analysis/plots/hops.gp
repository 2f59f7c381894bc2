set xlabel "Hops from the publisher" textcolor rgb ink
set label 8 "Deliveries (%)" at screen 0.024,0.515 center rotate by 90 textcolor rgb ink
set xrange [0.3:(hops_max > bound_max ? hops_max : bound_max)+0.7]
set yrange [0:1.3*share_max]
if (share_max > 50) { set ytics 0,20,100 }
unset grid
set grid ytics linewidth 0.6 linetype 1 linecolor rgb rule
if (hops_max <= 20) { set xtics 1 }
set style fill solid 1.0 noborder
set boxwidth (hops_max <= 60 ? 0.82 : 1.0)
if (bound_min >= 0) {
    set arrow 1 from first bound_min, graph 0 to first bound_min, graph 1 nohead front \
        lw 1.6 dt (12,7) lc rgb red
    set arrow 2 from first bound_max, graph 0 to first bound_max, graph 1 nohead front \
        lw 1.6 dt (12,7) lc rgb red
}
plot "tables/hops.tsv" skip 1 using 2:(100.0*$3/deliveries) smooth frequency with boxes \
         lc rgb orange title (requested > 0 ? requested_title : ""), \
     "" skip 1 using 2:(100.0*$4/deliveries) smooth frequency with boxes \
         lc rgb sky title "pushed by a peer", \
     keyentry with lines lw 1.6 dt (12,7) lc rgb (bound_min >= 0 ? red : "white") title bound_text
