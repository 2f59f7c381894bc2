set xlabel "Virtual time (s)" textcolor rgb ink
set label 8 "Mesh degree (peers)" at screen 0.024,0.515 center rotate by 90 textcolor rgb ink
set xrange [0:end_s]
set yrange [0:1.16*(degree_max > d_high ? degree_max : d_high)+1]
set rmargin at screen 0.925
set key top right horizontal maxrows 1
array limit[3] = [d_low, d, d_high]
array limit_name[3] = ["Dlo", "D", "Dhi"]
# Labels of close values make room for each other.
gap = 0.06*(1.16*(degree_max > d_high ? degree_max : d_high)+1)
array place[3] = [d-d_low < gap ? d-gap : d_low, d, d_high-d < gap ? d+gap : d_high]
do for [k = 1:3] {
    if (limit[k] >= 0) {
        set arrow k from graph 0, first limit[k] to graph 1, first limit[k] nohead back \
            lw 1.1 dt (12,7) lc rgb red
        set label 10+k sprintf("%s %d", limit_name[k], limit[k]) at graph 1.01, first place[k] \
            left textcolor rgb red
    }
}
array colour[4] = [0x0072b2, 0xe69f00, 0x009e73, 0xcc79a7]
pale = mesh_topics > 1 ? 0xe0000000 : 0xc8000000
if (mesh_topics <= bands_max) {
    plot for [k = 1:mesh_topics] "tables/mesh_degree.tsv" skip 1 index k-1 \
             using ($1/1e9):4:6 with filledcurves fc rgb pale+colour[k] notitle, \
         for [k = 1:mesh_topics] "" skip 1 index k-1 using ($1/1e9):5 \
             with lines lw 2.2 lc rgb colour[k] \
             title (mesh_topics > 1 ? value(sprintf("mesh_name_%d", k)) : "mean over nodes"), \
         keyentry with boxes fs solid 1.0 noborder \
             fc rgb (mesh_topics > 1 ? 0xe8e8e8 : pale+colour[1]) title "minimum to maximum"
} else {
    plot for [k = 0:mesh_topics-1] "tables/mesh_degree.tsv" skip 1 index k using ($1/1e9):5 \
             with lines lw 0.9 lc rgb 0x600072b2 notitle, \
         keyentry with lines lw 1.2 lc rgb blue title "mean over nodes, one line per topic"
}
