# Points that another one beats are grey, those of the front are not, and a line leads along them.
px(x) = x/sheet_wide
py(y) = y/sheet_high
unset label
set datafile missing "NA"
set tics font small
set lmargin at screen px(84)
set rmargin at screen px(84+field_wide)
set bmargin at screen py(84)
set tmargin at screen py(84+field_high)
set label 1 heading at screen px(16),py(sheet_high-24) left font large textcolor rgb ink noenhanced
set label 2 subtitle at screen px(16),py(sheet_high-50) left textcolor rgb faint noenhanced
do for [k = 1:int(held_lines)] {
    set label 300+k value(sprintf("held_%d", k)) at screen px(16),py(sheet_high-50-18*k) left \
        textcolor rgb faint noenhanced
}
set label 3 scenario at screen px(16),py(14) left font small textcolor rgb faint noenhanced
set label 4 identity at screen px(sheet_wide-16),py(14) right font small textcolor rgb faint \
    noenhanced
set label 5 x_name at screen px(84+field_wide/2),py(38) center textcolor rgb ink noenhanced
set label 6 y_name at screen px(20),py(84+field_high/2) center rotate by 90 textcolor rgb ink \
    noenhanced
set label 7 missing at screen px(84+field_wide),py(sheet_high-94-held_high) right font small \
    textcolor rgb faint noenhanced
if (x_log > 0) {
    set logscale x
    eval log_tics("x", x_low, x_high, 1)
}
if (y_log > 0) {
    set logscale y
    eval log_tics("y", y_low, y_high, 1)
}
set xrange [x_low:x_high]
set yrange [y_low:y_high]
set style textbox opaque margins 0.3,0.3 fillcolor rgb "#ffffff" noborder
do for [k = 0:int(labels)-1] {
    if (exists(sprintf("label_%d", k))) {
        look = value(sprintf("label_%d_look", k))
        set label 10+k value(sprintf("label_%d", k)) \
            at screen px(84+value(sprintf("label_%d_x", k))),py(84+value(sprintf("label_%d_y", \
            k))) \
            left font sprintf(",%.1f", 0.78*letters) textcolor rgb (look%2 ? ink : "#767676") \
            noenhanced front boxed
        if (look >= 2) {
            lead = value(sprintf("lead_%d", k))
            set arrow 10+k from screen px(84+word(lead,1)),py(84+word(lead,2)) \
                to screen px(84+word(lead,3)),py(84+word(lead,4)) nohead lw 0.5 lc rgb "#a0a0a0" \
                back
        }
    }
}
set key at screen px(84),py(sheet_high-76-held_high) left center Left reverse horizontal \
    maxrows 1 font small samplen 1.2 width -1 noenhanced
only(y, yes) = yes ? y : NaN
within(v, low, high) = v < low ? low : v > high ? high : v
at_x(v) = within(v/x_scale, x_low, x_high)
at_y(v) = within(v/y_scale, y_low, y_high)
# Those on the front are above those that are beaten; of each, hollow marks, which have a white one
# over them, are below the others.
size(best, white) = white ? (best ? 0.6 : 0.4) : best ? 0.95 : 0.7
plot $front using ($1/x_scale):($2/y_scale) with steps lw 1.4 lc rgb sky notitle, \
     data skip 1 using \
     ($4/x_scale):($7/y_scale):(at_x($5)):(at_x($6)):($13 == 1 ? 0x0072b2 : 0xb0b0b0) \
         with xerrorbars pt -1 lw 0.8 lc rgb variable notitle, \
     "" skip 1 using \
     ($4/x_scale):($7/y_scale):(at_y($8)):(at_y($9)):($13 == 1 ? 0x0072b2 : 0xb0b0b0) \
         with yerrorbars pt -1 lw 0.8 lc rgb variable notitle, \
     for [best = 0:1] for [layer = 0:2] "" skip 1 using \
     ($4/x_scale):(only($7/y_scale, $13 == best && $14 == (layer == 2))) \
         with points pt (best ? 7 : 5) ps size(best, layer == 1)*points \
         lc rgb (layer == 1 ? "#ffffff" : best ? blue : "#9a9a9a") notitle, \
     $unsure using (any_unsure > 0 ? $1/x_scale : NaN):($2/y_scale) with points pt 6 \
     ps 1.9*points lw 0.9 lc rgb red notitle, \
     keyentry with linespoints pt 7 ps 0.95*points lw 1.4 lc rgb blue title "on the front", \
     for [k = 1:any_beaten > 0 ? 1 : 0] keyentry with points pt 5 ps 0.7*points lc rgb \
     "#9a9a9a" title "beaten", \
     for [k = 1:any_unsure > 0 ? 1 : 0] keyentry with points pt 6 ps 1.5*points lw 0.9 lc rgb \
     red title "intervals do not tell"
