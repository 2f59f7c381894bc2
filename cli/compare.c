#include "cli/compare.h"

#include "analysis/comparison_figures.h"
#include "analysis/figure_sheet.h"
#include "analysis/figure_text.h"
#include "analysis/gnuplot.h"
#include "analysis/stopping.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/result_folder.h"
#include "cli/standard_options.h"
#include "cli/version.h"

#include <stdlib.h>

/** What a figure is shown in: by the largest mean of either side. */
static void set_unit(struct comparison_figure *figure, uint32_t number, uint32_t pairs) {
    double a = sample_of(figure->a, pairs).mean;
    double b = sample_of(figure->b, pairs).mean;
    struct figure_unit unit = sweep_figure_shown_in(number, a > b ? a : b);
    figure->unit = unit.name;
    figure->scale = unit.scale;
}

/** The values of a figure on one side. */
static const struct figure_value *column_of(const struct compare_data *data, struct arena *arena,
                                            uint32_t side, uint32_t figure) {
    struct figure_value *values =
        arena_take_array(arena, MEMORY_TABLES, data->pairs, sizeof *values);
    for (uint32_t i = 0; i < data->pairs; i++) {
        values[i] = data->runs[(size_t)side * data->pairs + i].figures[figure];
    }
    return values;
}

static void lay_out(struct comparison *comparison, const struct compare_data *data,
                    const struct compare_options *options, struct arena *arena) {
    uint32_t pairs = data->pairs;
    double usual = data->stopped ? STOPPING_CONFIDENCE : 0.95;
    struct digest *digests =
        arena_take_array(arena, MEMORY_TABLES, (size_t)2 * pairs, sizeof *digests);
    uint8_t *failed = arena_take_array(arena, MEMORY_TABLES, (size_t)2 * pairs, sizeof *failed);
    for (uint32_t i = 0; i < 2 * pairs; i++) {
        digests[i] = data->runs[i].digest;
        failed[i] = data->runs[i].failed_expectations > 0;
    }
    *comparison = (struct comparison){
        .a = "A",
        .b = "B",
        .first_seed = data->first_seed,
        .pairs = pairs,
        .a_digests = digests,
        .b_digests = digests + pairs,
        .a_failed = failed,
        .b_failed = failed + pairs,
        .confidence = options->confidence > 0 ? options->confidence : usual,
        .stopped = data->stopped,
        .power = options->power,
        .figure_count = options->figures.count,
    };
    comparison->figures = arena_take_array(arena, MEMORY_TABLES, comparison->figure_count,
                                           sizeof *comparison->figures);
    for (uint32_t i = 0; i < comparison->figure_count; i++) {
        uint32_t number = options->figures.shown[i];
        const struct compare_margin *margin = &options->margins[number];
        comparison->figures[i] = (struct comparison_figure){
            .name = sweep_figure_name(number),
            .a = column_of(data, arena, 0, number),
            .b = column_of(data, arena, 1, number),
            .margin = margin->wanted ? margin->size : 0,
            .margin_is_share = margin->is_share,
        };
        set_unit(&comparison->figures[i], number, pairs);
    }
}

/** What is written into the folder. */
struct result {
    struct result_folder *folder;
    const struct comparison *comparison;
    const struct compare_data *data;
    uint32_t side;
};

/** The whole result, which also marks the folder as one of ours. */
static bool write_result(const void *context, FILE *out) {
    const struct result *result = context;
    return compare_write_json(result->comparison, result->data, out);
}

static bool write_scenario(const void *context, FILE *out) {
    const struct result *result = context;
    return fputs(result->data->scenarios[result->side], out) != EOF;
}

/** The result, and both scenarios, so that its runs can be made again. */
static bool write_results(struct result *result, struct failure *failure) {
    static const char *const names[] = {"a.yaml", "b.yaml"};
    bool ok =
        result_folder_write(result->folder, RESULT_FOLDER_MARK, write_result, result, failure);
    for (result->side = 0; ok && result->side < 2; result->side++) {
        ok = result_folder_write(result->folder, names[result->side], write_scenario, result,
                                 failure);
    }
    return ok;
}

/** Makes the folder, if one is wanted: what is in the way is to be known before hours of
 * simulation.
 */
static bool open_folder(struct result_folder *folder, const struct compare_options *options,
                        struct failure *failure) {
    if (options->out == NULL) {
        return true;
    }
    interrupt_watch();
    return result_folder_open(folder, options->out, failure) && gnuplot_answers(failure);
}

/** Draws the figures into the folder, which then takes its place. */
static bool draw(struct result *result, const struct compare_options *options, struct arena *arena,
                 struct failure *failure) {
    const struct compare_data *data = result->data;
    char hashes[2][DIGEST_TEXT_SIZE];
    struct comparison_drawing drawing = {
        .comparison = result->comparison,
        .titles = {data->titles[0], data->titles[1]},
        .hashes = {digest_write(data->runs[0].scenario, hashes[0]),
                   digest_write(data->runs[data->pairs].scenario, hashes[1])},
        .version = GOSSIM_VERSION,
        .steps = data->steps,
        .formats = options->formats == 0 ? FIGURE_USUAL_FORMATS : options->formats,
        .arena = arena,
    };
    return comparison_figures_draw(&drawing, result->folder->hidden, failure) &&
           write_results(result, failure) && result_folder_publish(result->folder, failure);
}

static int explain(const struct failure *failure) {
    fputs("gossim: ", stderr);
    failure_print(failure, stderr);
    return failure->kind == FAILURE_BAD_INPUT ? EXIT_STATUS_BAD_INPUT : EXIT_STATUS_FAILED;
}

/** Whether an expectation failed in any run. */
static bool failed_anywhere(const struct comparison *comparison) {
    return comparison->only_a_failed + comparison->only_b_failed + comparison->both_failed > 0;
}

/** Runs what there is to run; false with what is wrong, or after it was said (`explained`). */
static bool gather(struct compare_data *data, const struct compare_options *options,
                   struct arena *arena, bool *explained, struct failure *failure) {
    if (options->point_count == 0) {
        return compare_simulate(data, options, arena, explained, failure);
    }
    return compare_read_points(data, options, arena, failure) &&
           (options->out == NULL ||
            compare_repeat_points(data, options, arena, explained, failure));
}

static int compare(const struct compare_options *options, struct result_folder *folder,
                   struct arena *arena) {
    struct compare_data data = {.pairs = 0};
    struct failure failure;
    bool explained = false;
    if (!open_folder(folder, options, &failure) ||
        !gather(&data, options, arena, &explained, &failure)) {
        if (!explained) {
            return explain(&failure);
        }
        return failure.kind == FAILURE_BAD_INPUT ? EXIT_STATUS_BAD_INPUT : EXIT_STATUS_FAILED;
    }
    struct comparison comparison;
    lay_out(&comparison, &data, options, arena);
    comparison_work_out(&comparison, arena);
    struct result result = {.folder = folder, .comparison = &comparison, .data = &data};
    if (options->out != NULL && !draw(&result, options, arena, &failure)) {
        return explain(&failure);
    }
    if (!options->json) {
        compare_print(&comparison, &data, stdout);
    } else if (!compare_write_json(&comparison, &data, stdout)) {
        fputs("gossim: cannot write to standard output\n", stderr);
        return EXIT_STATUS_FAILED;
    }
    int status = standard_output_end();
    bool unexpected = status == EXIT_STATUS_DONE && failed_anywhere(&comparison);
    return unexpected ? EXIT_STATUS_UNEXPECTED : status;
}

int command_compare(int argument_count, char **arguments) {
    struct compare_options *options = calloc(1, sizeof *options);
    if (options == NULL) {
        fputs("gossim: out of memory\n", stderr);
        return EXIT_STATUS_FAILED;
    }
    int status = EXIT_STATUS_BAD_INPUT;
    if (compare_options_parse(options, argument_count, arguments)) {
        interrupt_end_at_once();
        struct arena *arena = arena_create(NULL);
        struct result_folder folder = {.final = NULL};
        status = compare(options, &folder, arena);
        result_folder_abandon(&folder);
        arena_destroy(arena);
    }
    free(options);
    return status;
}
