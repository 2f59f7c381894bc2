#include "analysis/sweep_pictures.h"
#include "analysis/table_file.h"

#include <inttypes.h>
#include <string.h>

/** Names: times with their unit, as everywhere in tables. */
static void print_heading(struct table_file *file, const struct sweep_results *results) {
    table_file_print(file, "point");
    for (uint32_t i = 0; i < results->parameter_count; i++) {
        table_file_print(file, "\t");
        table_file_name(file, results->paths[i]);
    }
    table_file_print(file, "\treplicate\tseed\tdigest");
    for (uint32_t i = 0; i < results->figure_count; i++) {
        const struct sweep_result_figure *figure = &results->figures[i];
        table_file_print(file, "\t");
        for (const char *at = figure->name; *at != '\0'; at++) {
            table_file_print(file, "%c", *at == '.' ? '_' : *at);
        }
        table_file_print(file, figure->unit == SWEEP_UNIT_NS ? "_ns" : "");
    }
    table_file_print(file, "\n");
}

static void print_run(struct table_file *file, const struct sweep_results *results, uint32_t point,
                      uint32_t replicate) {
    const struct sweep_result_run *run =
        &results->runs[(size_t)point * results->repeat + replicate];
    if (run->digest == NULL) {
        return;
    }
    table_file_print(file, "%" PRId64, results->numbers[point]);
    for (uint32_t i = 0; i < results->parameter_count; i++) {
        table_file_print(file, "\t");
        table_file_name(file, results->levels[(size_t)point * results->parameter_count + i].text);
    }
    table_file_print(file, "\t%" PRIu32 "\t%s\t%s", replicate + 1, run->seed, run->digest);
    for (uint32_t i = 0; i < results->figure_count; i++) {
        struct figure_value value = sweep_results_values(results, i, point)[replicate];
        if (value.defined) {
            // As many digits as bring the number back.
            table_file_print(file, "\t%.17g", value.value);
        } else {
            table_file_absent(file, 1);
        }
    }
    table_file_print(file, "\n");
}

bool sweep_runs_write(const struct sweep_results *results, const char *folder,
                      struct failure *failure) {
    struct table_file file;
    if (!table_folder_make(folder, "tables", failure)) {
        return false;
    }
    table_file_open(&file, folder, "tables/runs.tsv");
    print_heading(&file, results);
    for (uint32_t point = 0; point < results->point_count; point++) {
        for (uint32_t replicate = 0; replicate < results->repeat; replicate++) {
            print_run(&file, results, point, replicate);
        }
    }
    return table_file_close(&file, failure);
}
