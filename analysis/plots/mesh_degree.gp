set xlabel "Virtual time (s)" textcolor rgb ink
set label 8 (mesh_topics > 1 ? "Mesh degree (peers, mean over nodes)" : "Mesh degree (peers)") \
    at screen 0.024,0.515 center rotate by 90 textcolor rgb ink
set xrange [0:end_s]
degree_top = degree_max > d_high ? degree_max : d_high
set yrange [0:1.06*degree_top]
step = degree_top > 5 ? nice(degree_top/5) : 1
set ytics step
# The key stands where no line comes: beside the heading, or in a column when it is long.
several = mesh_topics > 1
if (several) {
    set rmargin at screen 0.655
    set key at screen 0.725,0.85 left top font small spacing 1.3
} else {
    set rmargin at screen 0.925
    set key at screen 0.965,0.975 right top
}
array limit[3] = [d_low, d, d_high]
array limit_name[3] = ["Dlo", "D", "Dhi"]
# Labels of close values make room for each other.
gap = 0.06*degree_top
array place[3] = [d-d_low < gap ? d-gap : d_low, d, d_high-d < gap ? d+gap : d_high]
do for [k = 1:3] {
    if (limit[k] >= 0) {
        set arrow k from graph 0, first limit[k] to graph 1, first limit[k] nohead back \
            lw 1.1 dt (12,7) lc rgb red
        set label 10+k sprintf("%s %d", limit_name[k], limit[k]) at graph 1.01, first place[k] \
            left textcolor rgb red
    }
}
dataset(k) = value(sprintf("mesh_index_%d", k))
mesh_label(k) = value(sprintf("mesh_label_%d", k))
bands = mesh_topics <= bands_max
pale = several ? 0xe0000000 : 0xc8000000
mesh = "tables/mesh_degree.tsv"
# All topics in the colour of the others, then those told apart over them.
plot for [k = 1:(bands ? topic_count : 0)] mesh skip 1 index (dataset(k) < 0 ? 0 : dataset(k)) \
         using ($1/1e9):(dataset(k) < 0 ? NaN : $4):6 \
         with filledcurves fc rgb pale+colour_of(k) notitle, \
     for [k = 0:mesh_topics-1] mesh skip 1 index k using ($1/1e9):5 \
         with lines lw 0.9 lc rgb 0x60000000+other_colour notitle, \
     for [k = 1:topic_count] mesh skip 1 index (dataset(k) < 0 ? 0 : dataset(k)) \
         using ($1/1e9):(dataset(k) < 0 ? NaN : $5) \
         with lines lw 2.2 lc rgb colour_of(k) notitle, \
     for [k = 1:(several ? topic_count : 0)] keyentry with lines lw 2.2 lc rgb colour_of(k) \
         title mesh_label(k), \
     for [k = 1:several] keyentry with lines lw 1.2 lc rgb other_colour title others_label, \
     keyentry with lines lw 2.2 lc rgb (several ? "white" : blue) \
         title (several ? "" : "mean over nodes"), \
     keyentry with boxes fs solid 1.0 noborder fc rgb (several ? 0xe8e8e8 : pale+topic_colour[1]) \
         title (bands ? "minimum to maximum" : "")
