#include "analysis/figure_text.h"

#include "base/check.h"
#include "base/quantity.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

const char *figure_count(uint64_t count, char *out) {
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%" PRIu64, count);
    char *to = out;
    for (int i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0) {
            *to++ = ',';
        }
        *to++ = digits[i];
    }
    *to = '\0';
    return out;
}

const char *figure_noun(uint64_t count, const char *one, const char *many) {
    return count == 1 ? one : many;
}

/** How many digits behind the point make three in all. */
static int decimals_of(double value) {
    return value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
}

/** The value in the largest of `count` units, each a thousand times the one before, that leaves at
 * least 1 before the point. */
static const char *print_in_units(double value, const char *const *units, unsigned count,
                                  char *out) {
    unsigned unit = 0;
    // From half a unit of the third digit below the next unit on, rounding reaches it.
    while (unit + 1 < count && value >= 999.5) {
        value /= 1000;
        unit++;
    }
    snprintf(out, FIGURE_TEXT_SIZE, "%.*f %s", unit == 0 ? 0 : decimals_of(value), value,
             units[unit]);
    return out;
}

const char *figure_duration(int64_t ns, char *out) {
    static const char *const units[] = {"ns", "\302\265s", "ms", "s"};
    return print_in_units((double)ns, units, sizeof units / sizeof units[0], out);
}

const char *figure_size(uint64_t bytes, char *out) {
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    return print_in_units((double)bytes, units, sizeof units / sizeof units[0], out);
}

const char *figure_share(uint64_t part, uint64_t whole, char *out) {
    CHECK(whole > 0);
    CHECK(part <= whole);
    uint64_t less = part < whole - part ? part : whole - part;
    double percent = 100.0 * (double)part / (double)whole;
    double distance = 100.0 * (double)less / (double)whole;
    int decimals = 0;
    // 0 % and 100 % are said only of nothing and of all.
    for (double step = 1; less > 0 && distance < step && decimals < 4; step /= 10) {
        decimals++;
    }
    snprintf(out, FIGURE_TEXT_SIZE, "%.*f %%", decimals, percent);
    return out;
}

struct figure_unit figure_duration_unit(int64_t max_ns) {
    if (max_ns < NS_PER_MS) {
        return (struct figure_unit){"\302\265s", 1e3};
    }
    if (max_ns < 10 * NS_PER_S) {
        return (struct figure_unit){"ms", 1e6};
    }
    return (struct figure_unit){"s", 1e9};
}

struct figure_unit figure_size_unit(double max_bytes) {
    static const struct figure_unit units[] = {
        {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}};
    size_t at = 0;
    while (at < 3 && max_bytes < units[at].scale) {
        at++;
    }
    return units[at];
}

struct figure_unit figure_rate_unit(double max_bytes_per_s) {
    static const struct figure_unit units[] = {
        {"GB/s", 1e9}, {"MB/s", 1e6}, {"kB/s", 1e3}, {"B/s", 1}};
    for (size_t i = 0; i < 3; i++) {
        if (max_bytes_per_s >= units[i].scale) {
            return units[i];
        }
    }
    return units[3];
}

/** Writes a text between single quotes, up to `size` bytes of it. */
static void print_quoted(struct table_file *file, const char *text, size_t size) {
    table_file_print(file, "'");
    for (size_t i = 0; i < size; i++) {
        bool control = (unsigned char)text[i] < 0x20 || text[i] == 0x7f;
        bool quote = text[i] == '\'';
        table_file_print(file, "%s%c", quote ? "'" : "", control ? ' ' : text[i]);
    }
}

static void define_cut(struct table_file *file, const char *name, const char *text,
                       size_t size_max) {
    size_t size = strlen(text);
    bool cut = size > size_max;
    if (cut) {
        size = size_max - 3;
        while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80) {
            size--;
        }
    }
    table_file_print(file, "%s = ", name);
    print_quoted(file, text, size);
    table_file_print(file, "%s'\n", cut ? "\342\200\246" : "");
}

void figure_define_name(struct table_file *file, const char *name, const char *text) {
    define_cut(file, name, text, FIGURE_NAME_SIZE);
}

void figure_define_label(struct table_file *file, const char *name, const char *text) {
    define_cut(file, name, text, FIGURE_LABEL_SIZE);
}

void figure_define_text(struct table_file *file, const char *name, const char *format, ...) {
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    table_file_print(file, "%s = ", name);
    print_quoted(file, text, strlen(text));
    table_file_print(file, "'\n");
}

double figure_text_width(const char *text) {
    // Letters from the space on, in hundredths.
    static const unsigned char widths[] = {
        32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36,  32, 34, 64, 64, 64,
        64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63,
        58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63,  61, 73, 68, 99, 69,
        61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35,  63, 63, 28, 28, 58,
        28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59,  52, 64, 34, 64, 84};
    const unsigned char usual = 64;
    double width = 0;
    for (const char *at = text; *at != '\0'; at++) {
        unsigned char letter = (unsigned char)*at;
        if ((letter & 0xC0) != 0x80) {
            width += letter >= ' ' && letter < 0x7f ? widths[letter - ' '] : usual;
        }
    }
    return width / 100;
}

/** Bytes of the longest beginning of a text with that many letters (not bytes). */
static size_t bytes_of(const char *text, uint32_t letters) {
    size_t size = 0;
    while (text[size] != '\0' && (letters > 0 || ((unsigned char)text[size] & 0xC0) == 0x80)) {
        letters -= ((unsigned char)text[size] & 0xC0) != 0x80;
        size++;
    }
    return size;
}

/** Where a line that has room for `size` bytes ends: behind them, or at a space in their later
 * half. */
static size_t break_at(const char *text, size_t size) {
    size_t space = size;
    while (text[size] != '\0' && space > size / 2 && text[space] != ' ') {
        space--;
    }
    return space > size / 2 ? space : size;
}

uint32_t figure_define_lines(struct table_file *file, const struct figure_lines *lines) {
    const char *text = lines->text;
    uint32_t count = 0;
    CHECK(lines->most > 0);
    do {
        bool last = count + 1 == lines->most;
        size_t room = bytes_of(text, lines->letters);
        bool cut = last && text[room] != '\0';
        size_t size = cut ? bytes_of(text, lines->letters - 1) : break_at(text, room);
        table_file_print(file, "%s_%" PRIu32 " = ", lines->name, lines->first + count);
        print_quoted(file, text, size);
        table_file_print(file, "%s'\n", cut ? "\342\200\246" : "");
        text += size;
        text += strspn(text, " ");
        count++;
    } while (count < lines->most && text[0] != '\0');
    return count;
}

void figure_define_others(struct table_file *file, uint32_t others) {
    char text[64] = "";
    if (others > 0) {
        snprintf(text, sizeof text, "%" PRIu32 " other %s", others,
                 figure_noun(others, "topic", "topics"));
    }
    figure_define_label(file, "others_label", text);
}

void figure_define_number(struct table_file *file, const char *name, double number) {
    // A point or an exponent keeps gnuplot from dividing as integers do.
    table_file_print(file, "%s = %.10g%s\n", name, number,
                     number == floor(number) && fabs(number) < 1e9 ? ".0" : "");
}
