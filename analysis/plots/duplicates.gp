set xlabel "Message number" textcolor rgb ink
# Numbers of six digits would run into the label of the axis.
scale = duplicates_max < 100000 ? 1.0 : 1000.0
set label 8 "Duplicate copies received".(scale > 1 ? " (thousands)" : "") \
    at screen 0.024,0.515 center rotate by 90 textcolor rgb ink
set xrange [-0.7:message_last+0.7]
set yrange [0:(duplicates_max > 0 ? 1.06*duplicates_max/scale : 1)]
step = scale > 1 || duplicates_max > 5 ? nice(duplicates_max/scale/5) : 1
set ytics step
unset grid
set grid ytics linewidth 0.6 linetype 1 linecolor rgb rule
set style fill solid 1.0 noborder
set boxwidth 0.78
if (message_last < 10) { set xtics 1 }
# The key stands where no bar comes: beside the heading, or in a column when it is long.
several = topics_with_messages > 1
if (several) {
    set rmargin at screen 0.715
    set key at screen 0.725,0.85 left top font small spacing 1.3
} else {
    set key at screen 0.965,0.975 right top
}
# Bars of less than a few pixels would merge: many messages are dots.
bars = message_last < 150
shown(k) = column(3) == 1 && (!several || is_topic(strcol(2), k))
plot for [k = 0:(several ? topic_count : 0)] "tables/messages.tsv" skip 1 \
         using 1:(bars && shown(k) ? $10/scale : NaN) \
         with boxes lc rgb (several ? colour_of(k) : topic_colour[5]) notitle, \
     for [k = 0:(several ? topic_count : 0)] "" skip 1 \
         using 1:(!bars && shown(k) ? $10/scale : NaN) \
         with points pt 7 ps (message_last < 1500 ? 0.45 : 0.25)*points \
         lc rgb (several ? colour_of(k) : topic_colour[1]) notitle, \
     duplicates_mean/scale with lines lw 1.6 dt (12,7) lc rgb red notitle, \
     for [k = 1:(several ? topic_count : 0)] keyentry with boxes lc rgb colour_of(k) \
         title topic_label(k), \
     for [k = 1:several] keyentry with boxes lc rgb other_colour title others_label, \
     keyentry with lines lw 1.6 dt (12,7) lc rgb red title mean_text
