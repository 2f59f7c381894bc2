set xlabel "Latency from publication to delivery (".latency_unit.")" textcolor rgb ink
set label 8 "Expected receivers reached (%)" at screen 0.024,0.515 center rotate by 90 \
    textcolor rgb ink
# The key stands in a column of its own, where no curve comes.
set rmargin at screen 0.715
set key at screen 0.725,0.85 left top font small spacing 1.3
set xrange [0:1.02*latency_max_ns/latency_scale]
set xtics nice(latency_max_ns/latency_scale/5)
set yrange [0:104]
set ytics 20
# Many lines of one weight would merge: the more there are, the fainter each is.
pale = line_count > 20 ? 0xa0000000 : line_count > 5 ? 0x70000000 : 0x20000000
several = topics_with_messages > 1
pooled = several ? ink : blue
mark(k) = k == 50 ? 7 : k == 95 ? 9 : 13
topic_note(k) = value(sprintf("topic_note_%d", k))
array percentile[3] = [50, 95, 99]
do for [k = 1:3] {
    set label 4+k "" at value(sprintf("p%d_ns", percentile[k]))/latency_scale, \
        100*value(sprintf("p%d_share", percentile[k])) front \
        point pt mark(percentile[k]) ps (k == 1 ? 0.75 : 1.1)*points lc rgb red
}
plot for [k = 0:(several ? topic_count : 0)] "tables/latency_cdf.tsv" skip 1 index 1 \
         using ($2/latency_scale):(!several || is_topic(strcol(4), k) ? 100*$3 : NaN) \
         with steps lw 0.8 lc rgb pale+(several ? colour_of(k) : topic_colour[5]) notitle, \
     for [k = 0:(several ? topic_count : -1)] "" skip 1 index 2 \
         using ($2/latency_scale):(is_topic(strcol(4), k) ? 100*$3 : NaN) \
         with steps lw 1.8 lc rgb colour_of(k) notitle, \
     "" skip 1 index 0 using ($2/latency_scale):(100*$3) with steps lw 2.4 lc rgb pooled notitle, \
     keyentry with lines lw 2.4 lc rgb pooled \
         title (line_count > 1 ? "all messages" : "one message"), \
     keyentry with lines lw 1.2 lc rgb (several ? faint : sky) \
         title (line_count > 1 ? line_title : ""), \
     for [k = 1:(several ? topic_count : 0)] keyentry with lines lw 1.8 lc rgb colour_of(k) \
         title (topic_label(k) eq "" ? "" : topic_label(k).topic_note(k)), \
     for [k = 1:several] keyentry with lines lw 1.8 lc rgb other_colour \
         title (others_label eq "" ? "" : others_label.topic_note(0)), \
     for [k = 1:3] keyentry with points pt mark(percentile[k]) \
         ps (k == 1 ? 0.75 : 1.1)*points lc rgb red \
         title value(sprintf("p%d_text", percentile[k]))
