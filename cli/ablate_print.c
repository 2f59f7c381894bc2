#include "cli/ablate.h"

#include "cli/paragraph.h"

#include <inttypes.h>
#include <string.h>

enum { COLUMNS = 120, NAME_COLUMNS = 25, CELL_SIZE = 64, MARK_COLUMNS = 2 };

/** The figures that have room beside each other, and how much; the others are in the tables. */
static const struct column {
    enum ablation_figure figure;
    int columns; // with the marks, which stand behind the number
} shown[] = {
    {ABLATION_DELIVERY_RATIO, 16}, {ABLATION_LATENCY_P50, 15}, {ABLATION_LATENCY_P99, 14},
    {ABLATION_DUPLICATES, 17},     {ABLATION_BYTES_SENT, 17},  {ABLATION_ONE_SIDED_LINKS, 15},
};
enum { SHOWN_COUNT = sizeof shown / sizeof shown[0] };

/** A line in the making. Signs like ± take more bytes than columns. */
struct line {
    char text[4 * COLUMNS];
    size_t size;
};

/** Adds a text behind blanks, so that it fills `columns`; a longer one gets one blank. */
static void add_right(struct line *line, int columns, const char *text) {
    int taken = text_columns(text);
    int blanks = taken < columns ? columns - taken : 1;
    int added = snprintf(line->text + line->size, sizeof line->text - line->size, "%*s%s", blanks,
                         "", text);
    line->size += added > 0 ? (size_t)added : 0;
    line->size = line->size < sizeof line->text ? line->size : sizeof line->text - 1;
}

static void begin(struct line *line, const char *name) {
    int size = snprintf(line->text, sizeof line->text, "%-*s", NAME_COLUMNS, name);
    line->size = size > 0 ? (size_t)size : 0;
}

/** Prints the line without the blanks at its end. */
static void end(struct line *line, FILE *out) {
    while (line->size > 0 && line->text[line->size - 1] == ' ') {
        line->size--;
    }
    fprintf(out, "%.*s\n", (int)line->size, line->text);
}

/** A number, and its marks in columns of their own. */
static void add_cell(struct line *line, int column, const char *number, const char *marks) {
    char marked[CELL_SIZE + 8];
    snprintf(marked, sizeof marked, "%s%-*s", number, MARK_COLUMNS, marks);
    add_right(line, shown[column].columns, marked);
}

/** Mean and half width in a unit, with a plus if it is a difference. */
static void write_sample(const struct sample *sample, struct figure_unit unit, const char *plus,
                         char cell[CELL_SIZE]) {
    double mean = sample->mean / unit.scale;
    double half_width = sample->half_width / unit.scale;
    const char *sign = sample->mean >= 0 ? plus : "";
    if (sample->count == 0) {
        snprintf(cell, CELL_SIZE, "undefined");
    } else if (sample->same && sample->mean <= 0 && sample->mean >= 0) {
        snprintf(cell, CELL_SIZE, "0");
    } else if (sample->same || sample->count == 1) {
        snprintf(cell, CELL_SIZE, "%s%.4g%s", sign, mean, sample->same ? "=" : "±?");
    } else {
        int decimals = ablation_decimals(mean, half_width);
        snprintf(cell, CELL_SIZE, "%s%.*f±%.*f", sign, decimals, mean, decimals, half_width);
    }
}

static void print_head(const struct ablation *ablation, FILE *out) {
    struct line names;
    struct line units;
    begin(&names, "");
    begin(&units, "");
    for (int i = 0; i < SHOWN_COUNT; i++) {
        add_cell(&names, i, ablation_figures[shown[i].figure].column, "");
        add_cell(&units, i, ablation_unit(ablation, shown[i].figure).name, "");
    }
    end(&names, out);
    end(&units, out);
}

/** The figures of a profile itself. */
static void print_profile(const struct ablation *ablation, struct arena *arena, uint32_t variant,
                          FILE *out) {
    struct line line;
    begin(&line, variant == 0 ? ablation->specification : ablation->all);
    for (int i = 0; i < SHOWN_COUNT; i++) {
        struct sample sample = ablation_sample(ablation, arena, variant, shown[i].figure);
        char cell[CELL_SIZE];
        write_sample(&sample, ablation_unit(ablation, shown[i].figure), "", cell);
        add_cell(&line, i, cell, sample.count < ablation->seed_count ? "°" : "");
    }
    end(&line, out);
}

static void print_row(const struct ablation *ablation, const struct ablation_variant *variant,
                      const char *name, FILE *out) {
    struct line line;
    begin(&line, name);
    for (int i = 0; i < SHOWN_COUNT; i++) {
        const struct paired_difference *difference = &variant->differences[shown[i].figure];
        char cell[CELL_SIZE];
        char number[CELL_SIZE + 4];
        write_sample(&difference->sample, ablation_unit(ablation, shown[i].figure), "+", cell);
        bool fewer = difference->sample.count < ablation->seed_count;
        snprintf(number, sizeof number, "%s%s", cell, fewer ? "°" : "");
        const char *marks = difference->clear_in_family ? "**" : difference->clear ? "*" : "";
        add_cell(&line, i, number, marks);
    }
    end(&line, out);
}

/** What there is to say of a variant. */
enum effect { EFFECT_NONE, EFFECT_ELSEWHERE, EFFECT_SHOWN };

static enum effect effect_of(const struct ablation_variant *variant) {
    for (int i = 0; i < SHOWN_COUNT; i++) {
        if (ablation_moves(variant, shown[i].figure)) {
            return EFFECT_SHOWN;
        }
    }
    return variant->does_something ? EFFECT_ELSEWHERE : EFFECT_NONE;
}

/** The names of the variants of one change with that effect, behind `heading`. */
static void print_names(const struct ablation *ablation, enum ablation_change change,
                        enum effect effect, const char *heading, FILE *out) {
    struct paragraph paragraph = {.out = out, .width = COLUMNS};
    for (uint32_t i = 2; i < ablation->variant_count; i++) {
        const struct ablation_variant *variant = &ablation->variants[i];
        if (variant->change == change && effect_of(variant) == effect) {
            paragraph_add(&paragraph, paragraph.used == 0 ? heading : "");
            paragraph_add(&paragraph, ablation->quirks[variant->quirk].name);
        }
    }
    if (paragraph.used > 0) {
        paragraph_end(&paragraph);
    }
}

/** The rows of one change, and the names of those that have none. */
static void print_section(const struct ablation *ablation, enum ablation_change change, bool all,
                          FILE *out) {
    for (uint32_t i = 2; i < ablation->variant_count; i++) {
        const struct ablation_variant *variant = &ablation->variants[i];
        const char *name = ablation->quirks[variant->quirk].name;
        enum effect effect = effect_of(variant);
        if (variant->change != change || (effect != EFFECT_SHOWN && !all)) {
            continue;
        }
        if (effect == EFFECT_NONE) {
            fprintf(out, "%-*s  no effect on this scenario\n", NAME_COLUMNS, name);
        } else {
            print_row(ablation, variant, name, out);
        }
    }
    if (!all) {
        print_names(ablation, change, EFFECT_ELSEWHERE,
                    "Other runs, but the same in all these figures:", out);
        print_names(ablation, change, EFFECT_NONE, "No effect on this scenario:", out);
    }
}

void ablate_print(const struct ablation *ablation, struct arena *arena, bool all, FILE *out) {
    uint32_t variants = ablation->variant_count;
    uint32_t runs = variants * ablation->seed_count;
    fprintf(out, "%s  seeds %" PRIu64 " to %" PRIu64 "  %" PRIu32 " %s, %" PRIu32 " %s\n\n",
            ablation->scenario, ablation->first_seed,
            ablation->first_seed + (ablation->seed_count - 1), variants,
            figure_noun(variants, "variant", "variants"), runs, figure_noun(runs, "run", "runs"));
    print_head(ablation, out);
    print_profile(ablation, arena, 0, out);
    print_profile(ablation, arena, 1, out);
    fprintf(out, "\nDifference of %s to %s\n", ablation->all, ablation->specification);
    print_row(ablation, &ablation->variants[1], "all quirks together", out);
    fprintf(out, "\nOne quirk repaired in %s: difference to %s\n", ablation->all, ablation->all);
    print_section(ablation, ABLATION_REPAIRED, all, out);
    fprintf(out, "\nOne quirk added to %s: difference to %s\n", ablation->specification,
            ablation->specification);
    print_section(ablation, ABLATION_ADDED, all, out);
    char method[ABLATION_METHOD_SIZE];
    struct paragraph legend = {.out = out, .width = COLUMNS};
    fputc('\n', out);
    paragraph_add(&legend, ablation_method(ablation, method));
    paragraph_add(&legend, "= is the same at every seed, which has no such interval: the sign test "
                           "decides. ° is undefined at some seeds, which are left out.");
    paragraph_end(&legend);
}
