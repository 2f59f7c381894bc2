# Terminal, colours and lettering that all figures share. The PNG has twice the pixels of the SVG.
reset
set encoding utf8
set datafile separator "\t"
# The two terminals take sizes of letters and points differently; these make them look alike.
letters = target eq "png" ? 11.0 : target eq "pdf" ? 7.1 : 13.0
large = sprintf(",%.1f", 1.27*letters)
small = sprintf(",%.1f", 0.86*letters)
points = target eq "png" ? 1.0 : target eq "pdf" ? 0.75 : 0.75
# A sheet may be larger than usual.
if (!exists("sheet_wide")) { sheet_wide = 800.0 }
if (!exists("sheet_high")) { sheet_high = 500.0 }
if (target eq "png") {
    set terminal pngcairo rounded size 2*sheet_wide,2*sheet_high fontscale 1.87 linewidth 2 \
        pointscale 2 \
        font "DejaVu Sans,11" background "#ffffff"
} else { if (target eq "pdf") {
    set terminal pdfcairo rounded size sheet_wide/100.0,sheet_high/100.0 fontscale 1 linewidth 1 \
        dashlength 2.5 \
        font "DejaVu Sans,7.1" background "#ffffff"
} else {
    set terminal svg rounded size sheet_wide,sheet_high linewidth 1 font "DejaVu Sans,13" \
        background "#ffffff"
}}
set output "figures/".figure.".".target

ink = "#262626"
faint = "#6b6b6b"
rule = "#e4e4e4"
blue = "#0072b2"
orange = "#e69f00"
green = "#009e73"
red = "#d55e00"
sky = "#56b4e9"
pink = "#cc79a7"
# The colours of topics that are told apart, and of the others.
array topic_colour[6] = [0x0072b2, 0xe69f00, 0x009e73, 0xcc79a7, 0x56b4e9, 0x882255]
other_colour = 0x8c8c8c
topic(k) = value(sprintf("topic_%d", k))
topic_label(k) = value(sprintf("topic_label_%d", k))
# Whether a name is that of the topic with colour k; 0 stands for the others.
is_topic(name, k) = k > 0 ? name eq topic(k) : (sum [j=1:int(topic_count)] (name eq topic(j))) == 0
colour_of(k) = k > 0 ? topic_colour[k] : other_colour

# The step between tics nearest to a rough one, of the form 1, 2 or 5 times a power of ten.
power(x) = 10**floor(log10(x))
digit(x) = x/power(x) < 1.5 ? 1 : x/power(x) < 3.5 ? 2 : x/power(x) < 7.5 ? 5 : 10
nice(x) = x > 0 ? power(x)*digit(x) : 1

# The tics of a logarithmic axis: 1, 2 and 5 times each power of ten, with or without numbers.
log_tics(axis, low, high, named) = \
    "set ".axis."tics (".log_tic(low, high, named, 0).") nomirror"
log_value(k) = (k%3 == 0 ? 1.0 : k%3 == 1 ? 2.0 : 5.0)*10.0**(k/3-6)
log_name(k, named) = named ? sprintf("'%g' %g, ", log_value(k), log_value(k)) \
    : sprintf("'' %g, ", log_value(k))
log_tic(low, high, named, k) = k > 54 ? "" \
    : (log_value(k) < low || log_value(k) > high ? "" : log_name(k, named)) \
    .log_tic(low, high, named, k+1)

set border 3 linewidth 0.8 linecolor rgb faint
set tics nomirror out scale 0.5 textcolor rgb ink
set format "%g"
set grid linewidth 0.6 linetype 1 linecolor rgb rule
set key top right Left reverse samplen 1.6 spacing 1.15 textcolor rgb ink noenhanced
set lmargin at screen 0.105
set rmargin at screen 0.965
set tmargin at screen 0.845
set bmargin at screen 0.185

set label 1 heading at screen 0.02,0.955 left font large textcolor rgb ink noenhanced
if (exists("subtitle")) {
    set label 2 subtitle at screen 0.02,0.900 left textcolor rgb faint noenhanced
}
set label 3 scenario at screen 0.02,0.035 left font small textcolor rgb faint noenhanced
set label 4 identity at screen 0.98,0.035 right font small textcolor rgb faint noenhanced
