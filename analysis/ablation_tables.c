#include "analysis/ablation_output.h"
#include "analysis/table_file.h"

#include <inttypes.h>

/** Base profile, change, and the quirk's name and number: what all rows of a variant begin with. */
static void print_variant(struct table_file *file, const struct ablation *ablation,
                          const struct ablation_variant *variant) {
    static const char *const changes[] = {"none", "none", "repaired", "added"};
    bool of_all = variant->change == ABLATION_ALL || variant->change == ABLATION_REPAIRED;
    table_file_print(file, "%s\t%s", of_all ? ablation->all : ablation->specification,
                     changes[variant->change]);
    if (variant->change == ABLATION_REPAIRED || variant->change == ABLATION_ADDED) {
        const struct ablation_quirk *quirk = &ablation->quirks[variant->quirk];
        table_file_print(file, "\t%s\t%s", quirk->name, quirk->number);
    } else {
        table_file_absent(file, 2);
    }
}

static void print_run(struct table_file *file, const struct ablation_run *run) {
    char digest[DIGEST_TEXT_SIZE];
    table_file_print(file, "\t%s", digest_write(run->digest, digest));
    for (uint32_t i = 0; i < ABLATION_FIGURE_COUNT; i++) {
        if (run->figures[i].defined) {
            table_file_print(file, "\t%.12g", run->figures[i].value);
        } else {
            table_file_absent(file, 1);
        }
    }
    table_file_print(file, "\n");
}

static bool write_runs(const struct ablation *ablation, const char *folder,
                       struct failure *failure) {
    struct table_file file;
    table_file_open(&file, folder, "tables/runs.tsv");
    table_file_print(&file, "profile\tchange\tquirk\tnumber\tseed\tdigest");
    for (uint32_t i = 0; i < ABLATION_FIGURE_COUNT; i++) {
        table_file_print(&file, "\t%s%s", ablation_figures[i].name, ablation_figures[i].suffix);
    }
    table_file_print(&file, "\n");
    for (uint32_t i = 0; i < ablation->variant_count; i++) {
        const struct ablation_run *runs = ablation_runs(ablation, i);
        for (uint32_t j = 0; j < ablation->seed_count; j++) {
            print_variant(&file, ablation, &ablation->variants[i]);
            table_file_print(&file, "\t%" PRIu64, ablation->first_seed + j);
            print_run(&file, &runs[j]);
        }
    }
    return table_file_close(&file, failure);
}

static void print_difference(struct table_file *file, const struct paired_difference *difference) {
    const struct sample *sample = &difference->sample;
    table_file_print(file, "\t%" PRIu32, sample->count);
    if (sample->count == 0) {
        table_file_absent(file, 1);
    } else {
        table_file_print(file, "\t%.10g", sample->mean);
    }
    if (difference->has_interval) {
        table_file_print(file, "\t%.10g\t%.10g\t%.10g", sample->mean - sample->half_width,
                         sample->mean + sample->half_width, sample->deviation);
    } else {
        table_file_absent(file, 3);
    }
    if (sample->count >= 2) {
        table_file_print(file, "\t%.6g\t%d\t%d\n", difference->p_value, difference->clear,
                         difference->clear_in_family);
    } else {
        table_file_absent(file, 3);
        table_file_print(file, "\n");
    }
}

static bool write_differences(const struct ablation *ablation, const char *folder,
                              struct failure *failure) {
    struct table_file file;
    table_file_open(&file, folder, "tables/differences.tsv");
    table_file_print(&file, "profile\tchange\tquirk\tnumber\tdoes_something\tfigure\tpairs\tmean\t"
                            "low\thigh\tdeviation\tp_value\tclear\tclear_in_family\n");
    for (uint32_t i = 1; i < ablation->variant_count; i++) {
        const struct ablation_variant *variant = &ablation->variants[i];
        for (uint32_t j = 0; j < ABLATION_FIGURE_COUNT; j++) {
            print_variant(&file, ablation, variant);
            table_file_print(&file, "\t%d\t%s%s", variant->does_something, ablation_figures[j].name,
                             ablation_figures[j].suffix);
            if (variant->does_something) {
                print_difference(&file, &variant->differences[j]);
            } else {
                table_file_absent(&file, 8);
                table_file_print(&file, "\n");
            }
        }
    }
    return table_file_close(&file, failure);
}

bool ablation_write_tables(const struct ablation *ablation, const char *folder,
                           struct failure *failure) {
    return table_folder_make(folder, "tables", failure) && write_runs(ablation, folder, failure) &&
           write_differences(ablation, folder, failure);
}
