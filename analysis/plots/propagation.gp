unset border
unset tics
unset grid
# Viridis without its palest end, which would fade into the paper.
set palette defined (0 "#440154", 1 "#472d7b", 2 "#3b528b", 3 "#2c728e", 4 "#21918c", \
                     5 "#28ae80", 6 "#5ec962", 7 "#addc30", 8 "#e5d82a")
colour_max = colour_max_ns/latency_scale
set cbrange [0:colour_max]
set cbtics nice(colour_max/4) scale 0.5 textcolor rgb ink
nodes = "tables/propagation.tsv"
links = "tables/propagation_links.tsv"
grey = "#a8a8a8"
publisher(x) = strcol(5) eq "0" && strcol(6) eq "NA" ? x : NaN
absent(x, why) = strcol(9) eq why ? x : NaN
reached(x) = strcol(4) eq "NA" || publisher(0) == 0 ? NaN : x
is_world = kind eq "world"
is_tree = kind eq "tree"
is_links = kind eq "links"
is_regions = kind eq "regions"
# A dot takes about the room that a node has.
room = is_world ? 13.0 : is_regions ? 0.19*region_radius : is_tree ? 21.0 : 25.0
dot = room/sqrt(node_count)
dot = points*(dot > 1.6 ? 1.6 : dot < 0.1 ? 0.1 : dot)
cross = dot > 0.6*points ? dot : 0.6*points
mark = dot > 0.9*points ? dot : 0.9*points
if (is_world) {
    set lmargin at screen 0.02
    set rmargin at screen 0.98
    set tmargin at screen 0.87
    set bmargin at screen 0.18
    set size ratio -1
    set xrange [-140:161]
    set yrange [-56:77]
    set colorbox horizontal user origin screen 0.37,0.133 size screen 0.38,0.022 noborder
    set cbtics offset 0,0.35
    set label 5 colour_title at screen 0.02,0.144 left textcolor rgb ink
    set label 6 colour_note at screen 0.02,0.100 left font small textcolor rgb faint
    set key at screen 0.985,0.165 right top Right noreverse
} else {
    # The picture fills a panel of this width and height, in its own proportions.
    set lmargin at screen 0.03
    set rmargin at screen 0.71
    set tmargin at screen 0.86
    set bmargin at screen 0.08
    aspect = 0.68*800/(0.78*500)
    tall = y_max-y_min
    wide = x_max-x_min
    half = 0.53*(tall > wide/aspect ? tall : wide/aspect)
    half = is_regions ? tall/2 : half > 0 ? half : 1
    set xrange [(x_min+x_max)/2-aspect*half:(x_min+x_max)/2+aspect*half]
    set yrange [(y_min+y_max)/2-half:(y_min+y_max)/2+half]
    set colorbox vertical user origin screen 0.76,0.19 size screen 0.018,0.38 noborder
    set cbtics offset -0.5,0
    set label 5 colour_title at screen 0.98,0.665 right textcolor rgb ink
    set label 6 colour_note at screen 0.98,0.620 right font small textcolor rgb faint
    set key at screen 0.985,0.86 right top Right noreverse
}
do for [k = 1:(is_world || is_regions ? region_count : 0)] {
    set label 20+k value(sprintf("region_label_%d", k))."  ".value(sprintf("region_nodes_%d", k)) \
        at value(sprintf("region_x_%d", k)), value(sprintf("region_y_%d", k)) \
        center offset 0,-0.7 front font small textcolor rgb faint noenhanced
}
if (is_regions && region_delays > 0) {
    set label 7 "The nearer in delay, the nearer\non the map, as far as room allows" \
        at screen 0.98,0.115 right font small textcolor rgb faint
}
# The circles that hold shares of the nodes, and when those had the message. The layout leaves a gap
# for the words below the middle, and the circles leave one too.
# They are curves, as SVG has white outlines of circles that are objects.
samples = 181
set samples samples
radius(k) = is_tree ? sqrt(value(sprintf("share_%d", k))) : 1
open(k) = is_tree ? asin(0.15*half/radius(k)) : 0
turn(k, i) = open(k)-pi/2 + i/(samples-1.0)*2*(pi-open(k))
do for [k = 1:(is_tree ? 4 : 0)] {
    # A way from one side of the gap to the other stops at the words.
    set object 10+k rectangle center 0, -radius(k) size first 0.27*half, first 0.072*half front \
        fs solid 1.0 noborder fc rgb "#ffffff"
    set label 20+k value(sprintf("share_text_%d", k)) at 0, -radius(k) center front font small \
        textcolor rgb ink
}
if (is_tree) {
    set label 7 "Circles: when 25, 50, 75 and 95 %\nof the nodes reached had it" \
        at screen 0.98,0.115 right font small textcolor rgb faint
}
# The ways of the message, but for so many nodes that the ways would cover them.
ways = is_tree && node_count <= 3000
plot for [k = 1:is_world] $land using 1:2 with filledcurves closed fc rgb "#ededea" notitle, \
     for [k = 1:(is_tree ? 4 : 0)] "+" using \
     (radius(k)*cos(turn(k, $0))):(radius(k)*sin(turn(k, $0))) \
         with lines lw 0.8 lc rgb "#c8c8c8" notitle, \
     for [k = 1:ways] nodes skip 1 using 2:(reached($3)):($7-$2):($8-$3) \
         with vectors nohead lw 0.5 lc rgb 0xb0505050 notitle, \
     for [k = 1:is_links] links skip 1 using 1:2:($3-$1):($4-$2) \
         with vectors nohead lw 0.8 lc rgb (link_count > 400 ? 0xd0505050 : 0x80505050) notitle, \
     for [why in "not_subscribed unknown"] nodes skip 1 using 2:(absent($3, why)) \
         with points pt 7 ps dot lc rgb grey notitle, \
     nodes skip 1 using 2:(reached($3)):($4/latency_scale) \
         with points pt 7 ps dot lc palette notitle, \
     nodes skip 1 using 2:(absent($3, "missed")) \
         with points pt 2 ps cross lw 1.4 lc rgb ink notitle, \
     nodes skip 1 using 2:(publisher($3)) with points pt 7 ps 1.4*mark lc rgb "white" notitle, \
     nodes skip 1 using 2:(publisher($3)) with points pt 7 ps mark lc rgb red title "publisher", \
     keyentry with points pt 2 ps mark lw 1.4 lc rgb ink title missed_title, \
     keyentry with points pt 7 ps mark lc rgb grey title outside_title, \
     keyentry with points pt 7 ps mark lc rgb grey title unknown_title
