# What both figures of a comparison have around them. Sizes are in pixels.
px(x) = x/sheet_wide
py(y) = y/sheet_high
unset label
set datafile missing "NA"
set label 1 heading at screen px(16),py(sheet_high-24) left font large textcolor rgb ink noenhanced
title_at(k) = py(sheet_high-50-title_line_high*(k-1))
do for [k = 1:int(title_lines)] {
    set label 20+k value(sprintf("title_%d", k)) at screen px(title_left),title_at(k) left \
        textcolor rgb faint noenhanced
}
set label 3 scenario at screen px(16),py(30) left font small textcolor rgb faint noenhanced
set label 4 identity at screen px(sheet_wide-16),py(30) right font small \
    textcolor rgb faint noenhanced
set label 5 scenario_b at screen px(16),py(14) left font small textcolor rgb faint noenhanced
set label 6 version at screen px(sheet_wide-16),py(14) right font small \
    textcolor rgb faint noenhanced
# Below the titles.
head = sheet_high-50-title_line_high*(title_lines-1)
