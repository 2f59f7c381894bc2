#include "cli/compare.h"

#include "analysis/ablation.h"
#include "analysis/comparison_text.h"
#include "analysis/figure_text.h"
#include "cli/paragraph.h"

#include <inttypes.h>
#include <string.h>

enum { COLUMNS = 120, CELL_SIZE = 64 };

/** The columns of the table. */
enum { CELL_NAME, CELL_A, CELL_B, CELL_DIFFERENCE, CELL_TOGETHER, CELL_SHARE, CELL_COUNT };

static const int widths[CELL_COUNT] = {30, 10, 10, 18, 22, 24};

struct row {
    char cells[CELL_COUNT][CELL_SIZE];
};

static void print_row(const struct row *row, const char *verdict, FILE *out) {
    for (int i = 0; i < CELL_COUNT; i++) {
        int gap = widths[i] - text_columns(row->cells[i]);
        gap = gap > 0 ? gap : 1;
        fprintf(out, "%*s%s%*s", i > 0 ? gap : 0, "", row->cells[i], i > 0 ? 0 : gap, "");
    }
    fprintf(out, "  %s\n", verdict);
}

/** Mean and interval in columns, as far as they are known. */
static void fill_difference(const struct comparison_figure *figure, struct row *row) {
    const struct sample *sample = &figure->difference.sample;
    double mean = sample->mean / figure->scale;
    double half_width = sample->half_width / figure->scale;
    double together = figure->together_half_width / figure->scale;
    int decimals = ablation_decimals(mean, half_width);
    if (sample->count == 0) {
        return;
    }
    if (!figure->difference.has_interval) {
        snprintf(row->cells[CELL_DIFFERENCE], CELL_SIZE, "%+.6g%s", mean,
                 sample->same ? " =" : " ± ?");
        return;
    }
    snprintf(row->cells[CELL_DIFFERENCE], CELL_SIZE, "%+.*f ± %.*f", decimals, mean, decimals,
             half_width);
    snprintf(row->cells[CELL_TOGETHER], CELL_SIZE, "[%+.*f, %+.*f]", decimals, mean - together,
             decimals, mean + together);
}

static void fill_share(const struct comparison_figure *figure, struct row *row) {
    if (!figure->has_relative) {
        return;
    }
    double percent = 100 * figure->relative;
    double low = 100 * figure->relative_low;
    double high = 100 * figure->relative_high;
    int decimals = ablation_decimals(percent, (high - low) / 2);
    if (figure->has_relative_interval) {
        snprintf(row->cells[CELL_SHARE], CELL_SIZE, "%+.*f [%+.*f, %+.*f]", decimals, percent,
                 decimals, low, decimals, high);
    } else {
        snprintf(row->cells[CELL_SHARE], CELL_SIZE, "%+.3g%s", percent,
                 figure->difference.sample.same ? "" : " [?]");
    }
}

/** The verdict, and of how many pairs it is where some are undefined. */
static void print_with_verdict(const struct comparison *comparison,
                               const struct comparison_figure *figure, const struct row *row,
                               FILE *out) {
    char verdict[CELL_SIZE];
    uint32_t pairs = figure->difference.sample.count;
    const char *name = comparison_verdict_name(figure->verdict);
    if (pairs < comparison->pairs) {
        snprintf(verdict, sizeof verdict, "%s (%" PRIu32 " of %" PRIu32 ")", name, pairs,
                 comparison->pairs);
        name = verdict;
    }
    print_row(row, name, out);
}

static void print_figure(const struct comparison *comparison,
                         const struct comparison_figure *figure, FILE *out) {
    struct row row = {.cells = {""}};
    snprintf(row.cells[CELL_NAME], CELL_SIZE, "%s%s%s", figure->name,
             figure->unit[0] == '\0' ? "" : ", ", figure->unit);
    const struct sample *sides[] = {&figure->a_sample, &figure->b_sample};
    for (int i = 0; i < 2; i++) {
        if (sides[i]->count > 0) {
            snprintf(row.cells[CELL_A + i], CELL_SIZE, "%.5g", sides[i]->mean / figure->scale);
        } else {
            snprintf(row.cells[CELL_A + i], CELL_SIZE, "undefined");
        }
    }
    fill_difference(figure, &row);
    fill_share(figure, &row);
    print_with_verdict(comparison, figure, &row, out);
}

static void print_failures(const struct comparison *comparison, FILE *out) {
    uint32_t a = comparison->only_a_failed;
    uint32_t b = comparison->only_b_failed;
    if (a + b + comparison->both_failed == 0) {
        return;
    }
    char text[256];
    snprintf(text, sizeof text,
             "An expectation failed at %" PRIu32 " %s in A alone, at %" PRIu32
             " in B alone, at %" PRIu32 " in both; chance alone makes that uneven in %.2g of cases "
             "(exact McNemar test).",
             a, figure_noun(a, "seed", "seeds"), b, comparison->both_failed,
             comparison->failure_p_value);
    paragraph_print(text, COLUMNS, 0, out);
}

void compare_print(const struct comparison *comparison, const struct compare_data *data,
                   FILE *out) {
    char text[COMPARISON_TEXT_SIZE];
    fprintf(out, "%s  %" PRIu32 " %s\n  A  %s\n  B  %s\n\n", data->scenario, comparison->pairs,
            figure_noun(comparison->pairs, "seed", "seeds"), data->titles[0], data->titles[1]);
    paragraph_print(comparison_text(comparison, text), COLUMNS, 0, out);
    if (comparison->outcome == COMPARISON_IDENTICAL) {
        print_failures(comparison, out);
        return;
    }
    struct row row = {.cells = {"", "A", "B", "B - A", "together", "in % of A"}};
    fputc('\n', out);
    print_row(&row, "verdict", out);
    for (uint32_t i = 0; i < comparison->figure_count; i++) {
        print_figure(comparison, &comparison->figures[i], out);
    }
    fputc('\n', out);
    for (uint32_t i = 0; i < comparison->figure_count; i++) {
        fputs("- ", out);
        paragraph_print(comparison_figure_text(comparison, &comparison->figures[i], text), COLUMNS,
                        2, out);
    }
    fputc('\n', out);
    print_failures(comparison, out);
    paragraph_print(comparison_method(comparison, text), COLUMNS, 0, out);
}
