# A cell for each place, light to dark with its value (viridis turned round: what is more is darker,
# in grey, too). Cells without a value are hatched. Sizes are in pixels.
px(x) = x/sheet_wide
py(y) = y/sheet_high
unset label
unset grid
unset border
set datafile missing "NA"
set tics font small scale 0
set palette defined (0 "#fde725", 1 "#7ad151", 2 "#22a884", 3 "#2a788e", 4 "#414487", 5 "#440154")
flat = value_high <= value_low
set cbrange [(flat ? value_low-1 : value_low):(flat ? value_high+1 : value_high)]
share(v) = flat ? 0.5 : value_log > 0 ? log(v/value_low)/log(value_high/value_low) : \
    (v-value_low)/(value_high-value_low)
letter(v) = share(v) > 0.42 ? 0xffffff : 0x1a1a1a
set lmargin at screen px(left)
set rmargin at screen px(left+map_wide)
set bmargin at screen py(below)
set tmargin at screen py(below+map_high)
set colorbox user origin screen px(left+map_wide+16),py(below) size screen px(12),py(map_high)
set cbtics scale 0 font small nomirror
curved = value_log > 0 && !flat
if (curved) {
    set logscale cb
    set label 9 "log scale" at screen px(left+map_wide+16),py(below+map_high+18) left font small \
        textcolor rgb ink
}
if (!flat) {
    array step[5]
    do for [k = 1:5] {
        step[k] = curved ? value_low*(value_high/value_low)**((k-1)/4.0) \
            : value_low+(k-1)/4.0*(value_high-value_low)
    }
    exact = value_high-value_low < 0.01*value_high ? "%.7g" : "%.4g"
    set cbtics (sprintf(exact, step[1]) step[1], sprintf(exact, step[2]) step[2], \
        sprintf(exact, step[3]) step[3], sprintf(exact, step[4]) step[4], \
        sprintf(exact, step[5]) step[5])
}
set label 1 heading at screen px(16),py(sheet_high-24) left font large textcolor rgb ink noenhanced
set label 2 subtitle at screen px(16),py(sheet_high-50) left textcolor rgb faint noenhanced
do for [k = 1:int(held_lines)] {
    set label 300+k value(sprintf("held_%d", k)) at screen px(16),py(sheet_high-50-18*k) left \
        textcolor rgb faint noenhanced
}
set label 3 scenario at screen px(16),py(14) left font small textcolor rgb faint noenhanced
set label 4 identity at screen px(sheet_wide-16),py(14) right font small textcolor rgb faint \
    noenhanced
set label 5 x_name at screen px(left+map_wide/2),py(42) center textcolor rgb ink noenhanced
set label 6 y_name at screen px(20),py(below+map_high/2) center rotate by 90 textcolor rgb ink \
    noenhanced
set xrange [-0.5:columns-0.5]
set yrange [-0.5:rows-0.5]
eval "set xtics rotate by ".sprintf("%d", x_slant).(x_slant > 0 ? " right " : \
    " ")."nomirror noenhanced ".x_tics
eval "set ytics nomirror noenhanced ".y_tics
unset key
lift = map_high/rows > 30 ? 0.14 : 0
defined_(v) = valid(v)
plot data skip 1 using 3:4:($3-0.5):($3+0.5):($4-0.5):($4+0.5) \
         with boxxyerror fs pattern 4 border lc rgb "#b8b8b8" notitle, \
     "" skip 1 using 3:4:($3-0.5):($3+0.5):($4-0.5):($4+0.5):($7/scale) \
         with boxxyerror fs solid 1.0 border lc rgb "#ffffff" lc palette notitle, \
     "" skip 1 using 3:($4+lift):(valid(7) ? strcol(14) : ""):(valid(7) ? letter($7/scale) : \
     0x1a1a1a) \
         with labels font small textcolor rgb variable noenhanced notitle, \
     "" skip 1 using 3:($4-0.2):(strcol(15) ne "NA" ? strcol(15) : ""):(valid(7) ? \
     letter($7/scale) : 0x1a1a1a) \
         with labels font sprintf(",%.1f", 0.72*letters) textcolor rgb variable noenhanced notitle
