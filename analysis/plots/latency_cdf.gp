set xlabel "Latency from publication to delivery (".latency_unit.")" textcolor rgb ink
set label 8 "Expected receivers reached (%)" at screen 0.024,0.515 center rotate by 90 \
    textcolor rgb ink
# When the curve rises late, its labels need room on the right, and the key finds it on the left.
late = p95_ns > 0.75*latency_max_ns
set xrange [0:(late ? 1.24 : 1.02)*latency_max_ns/latency_scale]
if (late) { set key top left } else { set key bottom right }
set yrange [0:109]
set ytics 20
# Many lines of one weight would merge: the more there are, the fainter each is.
line_colour = line_count > 20 ? 0xa056b4e9 : line_count > 5 ? 0x7056b4e9 : 0x2056b4e9
# The labels stand on both sides of the curve, so that close percentiles keep apart.
set label 5 p50_text at p50_ns/latency_scale, 100*p50_share left offset 0.9,-0.8
set label 6 p95_text at p95_ns/latency_scale, 100*p95_share left offset 0.9,-0.8
set label 7 p99_text at p99_ns/latency_scale, 100*p99_share left offset 0.3,0.75
do for [k = 5:7] {
    set label k front textcolor rgb ink point pt 7 ps 0.55*points lc rgb ink
}
plot "tables/latency_cdf.tsv" skip 1 index 1 using ($2/latency_scale):(100*$3) \
         with steps lw 0.8 lc rgb line_colour notitle, \
     keyentry with lines lw 1.2 lc rgb sky title (line_count > 1 ? line_title : ""), \
     "" skip 1 index 0 using ($2/latency_scale):(100*$3) \
         with steps lw 2.4 lc rgb blue \
         title (line_count > 1 ? "all messages" : "")
