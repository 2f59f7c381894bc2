unset border
unset tics
unset grid
set palette defined (0 "#440154", 1 "#472d7b", 2 "#3b528b", 3 "#2c728e", 4 "#21918c", \
                     5 "#28ae80", 6 "#5ec962", 7 "#addc30", 8 "#e5d82a")
nodes = "tables/topology.tsv"
links = "tables/topology_links.tsv"
grey = "#a8a8a8"
array region_colour[8] = [0x0072b2, 0xd55e00, 0x009e73, 0xe69f00, 0xcc79a7, 0x56b4e9, 0x882255, \
                          0x999933]
set lmargin at screen 0.03
set rmargin at screen 0.75
set tmargin at screen 0.86
set bmargin at screen 0.08
# The picture fills a panel of this width and height, in its own proportions.
aspect = 0.72*800/(0.78*500)
tall = y_max-y_min
wide = x_max-x_min
half = 0.53*(tall > wide/aspect ? tall : wide/aspect)
half = half > 0 ? half : 1
set xrange [(x_min+x_max)/2-aspect*half:(x_min+x_max)/2+aspect*half]
set yrange [(y_min+y_max)/2-half:(y_min+y_max)/2+half]
# A dot takes about a third of the room that a node has.
dot = 16.0/sqrt(node_count)
dot = points*(dot > 1.3 ? 1.3 : dot < 0.15 ? 0.15 : dot)
mark = dot > 0.8*points ? dot : 0.8*points
# So many links may cross that each is faint: all together they leave the paper half white.
faintness = link_count <= 300 ? 0x70 : link_count <= 1500 ? 0xa0 : link_count <= 6000 ? 0xd0 \
            : link_count <= 20000 ? 0xe8 : 0xf4
link_colour = faintness*0x1000000 + 0x505050
by_region = region_count > 0
by_degree = !by_region && degree_max > degree_min
if (by_degree) {
    set cbrange [degree_min:degree_max]
    set colorbox vertical user origin screen 0.80,0.19 size screen 0.018,0.38 noborder
    step = nice((degree_max-degree_min)/4.0)
    step = step < 1 ? 1 : step
    set cbtics step scale 0.5 offset -0.5,0 textcolor rgb ink
    set label 5 "links of a node" at screen 0.98,0.62 right textcolor rgb ink
} else {
    unset colorbox
}
set key at screen 0.985,0.86 right top Right noreverse noenhanced
region_of(k, want, x) = k == want || (want == 9 && k > 8) ? x : NaN
# Hubs are larger.
times(x) = x > 9 ? 3 : x > 1 ? sqrt(x) : 1
size_of(degree) = dot*times(degree/degree_mean)
plot links skip 1 using 1:2:($3-$1):($4-$2) \
         with vectors nohead lw (link_count > 1500 ? 0.5 : 0.8) lc rgb link_colour notitle, \
     for [k = 1:(by_region ? (region_count > 8 ? 9 : region_count) : 0)] \
         nodes skip 1 using 2:(region_of($5, k, $3)) with points pt 7 ps dot \
         lc rgb (k > 8 ? 0xa8a8a8 : region_colour[k]) notitle, \
     nodes skip 1 using 2:(by_degree ? $3 : NaN):(size_of($4)):4 \
         with points pt 7 ps variable lc palette notitle, \
     nodes skip 1 using 2:(by_region || by_degree ? NaN : $3) with points pt 7 ps dot \
         lc rgb blue notitle, \
     for [k = 1:(by_region ? (region_count > 8 ? 9 : region_count) : 0)] \
         keyentry with points pt 7 ps mark lc rgb (k > 8 ? 0xa8a8a8 : region_colour[k]) \
         title value(sprintf("region_%d", k))
