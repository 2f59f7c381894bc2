# Columns: 1 from, 2 to, 9 to 14 bytes of subscriptions, messages, IHAVE, IWANT, GRAFT and PRUNE,
# 15 payload, 16 control.
middle(unused) = (column(1)+column(2))/2e9
seconds(unused) = (column(2)-column(1))/1e9
# Boxes overlap by most of a pixel of 550, so that no seams show.
width(unused) = seconds(0)+end_s/700
set style fill solid 1.0 noborder
set xrange [0:end_s]
set rmargin at screen 0.79
set multiplot
set bmargin at screen 0.555
set label 8 "Payload (".payload_unit.")" at screen 0.024,0.70 center rotate by 90 textcolor rgb ink
set yrange [0:(payload_max > 0 ? 1.1*payload_max/payload_scale : 1)]
set ytics nice(payload_max/payload_scale/4)
set format x ""
set key at screen 0.80,0.845 left top
plot "tables/traffic_bins.tsv" skip 1 using (middle(0)):($15/seconds(0)/payload_scale):(width(0)) \
         with boxes fc rgb blue title "message data"
unset label
set tmargin at screen 0.500
set bmargin at screen 0.185
set format x "%g"
set xlabel "Virtual time (s), in ".bin_text textcolor rgb ink
set label 8 "Control (".control_unit.")" at screen 0.024,0.342 center rotate by 90 textcolor rgb ink
set yrange [0:(control_max > 0 ? 1.1*control_max/control_scale : 1)]
set ytics nice(control_max/control_scale/4)
set key at screen 0.80,0.500 left top
# Each kind is drawn on top of those before it: the largest sum first, smaller ones over it.
sum1(unused) = column(10)-column(15)
sum2(unused) = sum1(0)+column(11)
sum3(unused) = sum2(0)+column(12)
sum4(unused) = sum3(0)+column(13)+column(14)
plot "tables/traffic_bins.tsv" skip 1 using (middle(0)):($16/seconds(0)/control_scale):(width(0)) \
         with boxes fc rgb faint title "subscriptions", \
     "" skip 1 using (middle(0)):(sum4(0)/seconds(0)/control_scale):(width(0)) \
         with boxes fc rgb pink title "GRAFT, PRUNE", \
     "" skip 1 using (middle(0)):(sum3(0)/seconds(0)/control_scale):(width(0)) \
         with boxes fc rgb green title "IWANT", \
     "" skip 1 using (middle(0)):(sum2(0)/seconds(0)/control_scale):(width(0)) \
         with boxes fc rgb orange title "IHAVE", \
     "" skip 1 using (middle(0)):(sum1(0)/seconds(0)/control_scale):(width(0)) \
         with boxes fc rgb sky title "headers"
unset multiplot
