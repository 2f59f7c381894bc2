# Lines with bands in panels, whose sizes are in pixels, and one key for all of them.
px(x) = x/sheet_wide
py(y) = y/sheet_high
unset label
set tics font small
unset key
set datafile missing "NA"
# Colours, marks and dashes all differ, so that lines are told apart in grey, too.
array line_colour[8] = [0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7, 0xe69f00, 0x56b4e9, 0x000000, \
    0x882255]
array line_mark[8] = [7, 5, 9, 11, 13, 6, 4, 8]
array line_dash[5] = [1, 2, 4, 5, 3]
# More lines than that are values of one parameter from dark to light (viridis, its light end left
# out).
array ramp[6] = [0x440154, 0x414487, 0x2a788e, 0x22a884, 0x7ad151, 0xc2d32a]
part(c, s) = int(c/s) % 256
between(a, b, f) = 65536*int(part(a,65536)+f*(part(b,65536)-part(a,65536))) \
    + 256*int(part(a,256)+f*(part(b,256)-part(a,256))) + int(part(a,1)+f*(part(b,1)-part(a,1)))
along(t) = between(ramp[1+int(t)], ramp[int(t) < 5 ? 2+int(t) : 6], t-int(t))
colour(k) = series <= 8 ? line_colour[1+k] : along(5.0*k/(series-1))
mark(k) = line_mark[1+k%8]
dash(k) = series == 1 ? 1 : line_dash[1+k%5]

if (x_log > 0) { set logscale x }
if (y_log > 0) {
    set logscale y
    eval log_tics("y", y_low, y_high, 1)
}
set xrange [x_low:x_high]
set yrange [y_low:y_high]
top = (panels > 1 ? 98 : 78) + held_high
# What reaches beyond the sheet, or below what a logarithm takes, ends at its edge, with an arrow.
on_sheet(y) = y < y_low ? y_low : y > y_high ? y_high : y
whole(y, middle) = y < y_low || y > y_high ? middle : y
below_sheet(y, middle) = y < y_low ? middle : NaN
above_sheet(y, middle) = y > y_high ? middle : NaN
# A point of few runs.
few(n, y) = n > 0 && n < few_below ? y : NaN
set multiplot
do for [p = 0:int(panels)-1] {
    column = p % int(columns)
    row = p / int(columns)
    left = 86 + column*(panel_wide+gap_wide)
    up = sheet_high - top - row*(panel_high+gap_high)
    set lmargin at screen px(left)
    set rmargin at screen px(left+panel_wide)
    set tmargin at screen py(up)
    set bmargin at screen py(up-panel_high)
    unset label
    if (p == 0) {
        set label 1 heading at screen px(16),py(sheet_high-24) left font large textcolor rgb ink \
            noenhanced
        set label 2 subtitle at screen px(16),py(sheet_high-50) left textcolor rgb faint noenhanced
        set label 3 scenario at screen px(16),py(14) left font small textcolor rgb faint noenhanced
        set label 4 identity at screen px(sheet_wide-16),py(14) right font small textcolor rgb \
            faint noenhanced
        set label 5 x_name at screen px(86+(sheet_wide-86-110*(series > 1))/2),py(38) center \
            textcolor rgb ink noenhanced
        set label 6 y_name at screen px(20),py(26+below+(sheet_high-26-below-top)/2) center \
            rotate by 90 textcolor rgb ink noenhanced
        do for [k = 1:int(held_lines)] {
            set label 300+k value(sprintf("held_%d", k)) at screen \
                px(16),py(sheet_high-50-18*k) left textcolor rgb faint noenhanced
        }
        # The key stands in a column of its own.
        if (series > 1) {
            key_left = 86 + columns*(panel_wide+gap_wide) - gap_wide + 16
            set label 7 series_name at screen px(key_left),py(sheet_high-top-4) left textcolor \
                rgb ink noenhanced
            do for [k = 0:int(series)-1] {
                key_at = sheet_high-top-26-key_row_high*k
                set arrow 100+k from screen px(key_left),py(key_at) to screen \
                    px(key_left+30),py(key_at) nohead lw 1.6 dt dash(k) lc rgb colour(k)
                set label 100+k "" at screen px(key_left+15),py(key_at) point pt mark(k) \
                    ps 0.75*points lc rgb colour(k)
                set label 200+k value(sprintf("series_%d", k)) at screen \
                    px(key_left+38),py(key_at) left font small textcolor rgb ink noenhanced
            }
        }
    } else { unset arrow }
    if (panels > 1) {
        set label 8 value(sprintf("panel_%d", p)) at graph 0.5,first y_high center offset 0,0.7 \
            font small textcolor rgb ink noenhanced
    }
    if (row == int(rows)-1 || p + int(columns) >= int(panels)) {
        eval "set xtics rotate by ".sprintf("%d", x_slant).(x_slant > 0 ? " right " : \
            " ")."nomirror noenhanced ".x_tics
    } else {
        eval "set xtics rotate by 0 nomirror noenhanced ".x_blank
    }
    if (column == 0) { set format y "%g" } else { set format y "" }
    if (y_log > 0) { eval log_tics("y", y_low, y_high, column == 0) }
    # What is hollow is so by a white disc over its mark, below those of the next line.
    plot for [k = 0:int(series)-1] $bands index int(p*series+k) using \
         1:(on_sheet($2/scale)):(on_sheet($3/scale)) \
             with filledcurves fs transparent solid (series > 3 ? 0.10 : 0.18) noborder lc rgb \
             colour(k) notitle, \
         for [k = 0:int(series)-1] data skip 1 index int(p*series+k) using \
         4:(valid(8) ? $7/scale : NaN):(whole($8/scale, $7/scale)):(whole($9/scale, $7/scale)) \
             with yerrorbars pt -1 lw 0.9 lc rgb colour(k) notitle, \
         for [k = 0:int(series)-1] "" skip 1 index int(p*series+k) using \
         4:(below_sheet($8/scale, $7/scale)):(0):(y_low-$7/scale) \
             with vectors head filled size screen px(9),16 lw 0.9 lc rgb colour(k) notitle, \
         for [k = 0:int(series)-1] "" skip 1 index int(p*series+k) using \
         4:(above_sheet($9/scale, $7/scale)):(0):(y_high-$7/scale) \
             with vectors head filled size screen px(9),16 lw 0.9 lc rgb colour(k) notitle, \
         for [k = 0:int(series)-1] "" skip 1 index int(p*series+k) using 4:(joined > 0 ? \
         $7/scale : NaN) \
             with lines lw 1.6 dt dash(k) lc rgb colour(k) notitle, \
         for [k = 0:int(series)-1] for [inside = 0:1] "" skip 1 index int(p*series+k) using \
         4:(inside ? few($6, $7/scale) : $7/scale) \
             with points pt (inside ? 7 : mark(k)) ps (inside ? 0.4 : 0.75)*points \
             lc rgb (inside ? "#ffffff" : colour(k)) notitle, \
         for [k = 0:int(series)-1] "" skip 1 index int(p*series+k) using \
         4:(few($6, $7/scale)):(sprintf("n=%d", $6)) \
             with labels left offset 0.8,0.5 font small textcolor rgb colour(k) notitle, \
         for [k = 0:int(series)-1] "" skip 1 index int(p*series+k) using \
         4:($6 == 0 && series == 1 ? y_low+0*$4 : NaN):(sprintf("n=%d", $6)) \
             with labels center offset 0,0.7 font small textcolor rgb colour(k) notitle
}
unset multiplot
