#include "analysis/figure_text.h"
#include "cli/paragraph.h"
#include "cli/validate.h"

#include "analysis/ablation.h"

#include <inttypes.h>
#include <string.h>

enum { CELL_SIZE = 80 };

static double shown(const struct validate_row *row, double value) {
    return row->scale > 0 ? value / row->scale : value;
}

static void write_known(const struct validate_outcome *outcome, char cell[CELL_SIZE]) {
    const struct validate_row *row = outcome->row;
    int decimals = row->decimals;
    double known = shown(row, outcome->known);
    switch (row->rule) {
    case VALIDATE_WIDTH:
    case VALIDATE_WITHIN: {
        double tolerance = shown(row, outcome->tolerance);
        snprintf(cell, CELL_SIZE, "%.*f ± %.3g", decimals, known, tolerance);
        return;
    }
    case VALIDATE_BETWEEN:
        snprintf(cell, CELL_SIZE, "%.*f to %.*f", decimals, known, decimals,
                 shown(row, outcome->known_high));
        return;
    case VALIDATE_CHANGE:
        snprintf(cell, CELL_SIZE, "%+.*f", decimals, known);
        return;
    case VALIDATE_EXACT:
    case VALIDATE_REPORTED:
        snprintf(cell, CELL_SIZE, "%.*f", decimals, known);
        return;
    case VALIDATE_SOME:
        snprintf(cell, CELL_SIZE, "some");
        return;
    case VALIDATE_HOLDS:
        snprintf(cell, CELL_SIZE, "0");
        return;
    }
}

static void write_ours(const struct validate_outcome *outcome, char cell[CELL_SIZE]) {
    const struct validate_row *row = outcome->row;
    double mean = shown(row, outcome->ours.mean);
    double half_width = shown(row, outcome->ours.half_width);
    const char *format = row->rule == VALIDATE_CHANGE ? "%+.*f" : "%.*f";
    if (outcome->ours.count == 0) {
        snprintf(cell, CELL_SIZE, "undefined");
    } else if (row->rule == VALIDATE_HOLDS) {
        char count[FIGURE_TEXT_SIZE];
        snprintf(cell, CELL_SIZE, "%" PRIu64 " of %s", outcome->wrong,
                 figure_count(outcome->compared, count));
    } else if (row->rule == VALIDATE_EXACT || half_width <= 0) {
        snprintf(cell, CELL_SIZE, format, row->decimals, mean);
    } else {
        int decimals = ablation_decimals(mean, half_width);
        int size = snprintf(cell, CELL_SIZE, format, decimals, mean);
        snprintf(cell + size, CELL_SIZE - (size_t)size, " ± %.*f", decimals, half_width);
    }
    size_t size = strlen(cell);
    if (row->rule == VALIDATE_EXACT && outcome->wrong > 0) {
        snprintf(cell + size, CELL_SIZE - size, " (%" PRIu64 " of %" PRIu64 " wrong)",
                 outcome->wrong, outcome->compared);
    }
}

/** The text and blanks up to a number of columns, at least one. */
static void print_padded(const char *text, int columns, FILE *out) {
    int used = text_columns(text);
    fprintf(out, "%s%*s", text, columns > used ? columns - used : 1, "");
}

static void print_line(const char *const cells[5], FILE *out) {
    static const int columns[] = {6, 46, 20, 28, 6};
    for (int i = 0; i < 5; i++) {
        print_padded(cells[i], columns[i], out);
    }
}

void validate_print(const struct validate_outcome *outcomes, uint32_t count, FILE *out) {
    print_line((const char *const[5]){"case", "figure", "known", "ours", "runs"}, out);
    fputs("verdict\n", out);
    for (uint32_t i = 0; i < count; i++) {
        char known[CELL_SIZE];
        char ours[CELL_SIZE];
        char runs[CELL_SIZE];
        write_known(&outcomes[i], known);
        write_ours(&outcomes[i], ours);
        snprintf(runs, sizeof runs, "%" PRIu32, outcomes[i].runs);
        print_line((const char *const[5]){outcomes[i].row->name, outcomes[i].row->figure, known,
                                          ours, runs},
                   out);
        fprintf(out, "%s\n", validate_verdict_name(outcomes[i].verdict));
    }
}

void validate_print_list(FILE *out) {
    const char *last = "";
    for (uint32_t i = 0; i < validate_row_count; i++) {
        const struct validate_row *row = &validate_rows[i];
        bool follows = strcmp(row->name, last) == 0;
        last = row->name;
        print_padded(follows ? "" : row->name, 6, out);
        print_padded(row->figure, 46, out);
        if (row->rule == VALIDATE_HOLDS) {
            fputs("all runs\n", out);
            continue;
        }
        const struct validate_setup *setup = &validate_setups[row->setup];
        fputs(setup->scenario, out);
        for (int k = 0; k < VALIDATE_SETTINGS && setup->settings[k] != NULL; k++) {
            fprintf(out, " %s", setup->settings[k]);
        }
        fputc('\n', out);
    }
}
