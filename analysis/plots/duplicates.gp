set xlabel "Message number" textcolor rgb ink
# Numbers of six digits would run into the label of the axis.
scale = duplicates_max < 100000 ? 1.0 : 1000.0
set label 8 "Duplicate copies received".(scale > 1 ? " (thousands)" : "") \
    at screen 0.024,0.515 center rotate by 90 textcolor rgb ink
set xrange [-0.7:message_last+0.7]
set yrange [0:(duplicates_max > 0 ? 1.18*duplicates_max/scale : 1)]
unset grid
set grid ytics linewidth 0.6 linetype 1 linecolor rgb rule
set style fill solid 1.0 noborder
set boxwidth (message_last <= 200 ? 0.78 : 1.05)
if (message_last < 10) { set xtics 1 }
plot "tables/messages.tsv" skip 1 using 1:($3 == 1 ? $10/scale : NaN) \
         with boxes lc rgb sky notitle, \
     duplicates_mean/scale with lines lw 1.6 dt (12,7) lc rgb red title mean_text
