#include "analysis/figure_text.h"
#include "cli/json_words.h"
#include "cli/sweep_json.h"
#include "cli/version.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void sweep_print_unreached(const struct sweep_study *study, FILE *out) {
    for (uint32_t i = 0; i < study->points.sweep->parameter_count; i++) {
        const struct sweep_parameter *parameter = &study->points.sweep->parameters[i];
        if (parameter->unreached != NULL) {
            fprintf(out, "note: the steps of %s lead to %s, so that %s is not among its values\n",
                    parameter->path, parameter->values[parameter->value_count - 1],
                    parameter->unreached);
        }
    }
}

void sweep_list(const struct sweep_study *study, FILE *out) {
    char label[SWEEP_LABEL_SIZE];
    uint32_t done = 0;
    uint32_t runs = sweep_run_count(study);
    fprintf(out, "%6s  %5s  %9s  %10s  %-7s  %s\n", "run", "point", "replicate", "seed", "state",
            "values");
    for (uint32_t run = 0; run < runs; run++) {
        uint32_t point = sweep_point_of(study, run);
        done += study->done[run];
        fprintf(out, "%6" PRIu32 "  %5" PRIu32 "  %9" PRIu32 "  %10" PRIu64 "  %-7s  %s\n", run + 1,
                point + 1, sweep_replicate_of(study, run) + 1, sweep_seed_of(study, run),
                study->done[run]              ? "done"
                : sweep_is_wanted(study, run) ? "missing"
                                              : "maybe",
                sweep_label(&study->points, point, label));
    }
    fprintf(out,
            "\n%" PRIu32 " of %" PRIu64 " %s, %" PRIu32 " %s: %s%" PRIu32 " %s, of which "
            "%" PRIu32 " %s done\n",
            study->points.count, study->points.product,
            figure_noun(study->points.product, "point", "points"), study->repeat,
            figure_noun(study->repeat, "seed", "seeds"),
            study->points.sweep->until_count > 0 ? "at most " : "", runs,
            figure_noun(runs, "run", "runs"), done, figure_noun(done, "is", "are"));
    sweep_print_unreached(study, out);
}

bool sweep_write_list_json(const struct sweep_study *study, FILE *out) {
    json_t *object = json_object();
    json_t *runs = json_array();
    json_object_set_new(object, "gossim", json_string(GOSSIM_VERSION));
    json_object_set_new(object, "scenario", json_string(study->scenario->name));
    json_object_set_new(object, "unreached", sweep_json_unreached(study));
    json_object_set_new(object, "runs", runs);
    for (uint32_t run = 0; run < sweep_run_count(study); run++) {
        uint32_t point = sweep_point_of(study, run);
        json_t *item = json_object();
        char *command = NULL;
        size_t size = 0;
        FILE *stream = open_memstream(&command, &size);
        if (stream != NULL) {
            sweep_print_command(study, run, stream);
            fclose(stream);
        }
        json_object_set_new(item, "point", json_integer(point + 1));
        json_object_set_new(item, "replicate", json_integer(sweep_replicate_of(study, run) + 1));
        json_object_set_new(item, "seed", json_seed(sweep_seed_of(study, run)));
        json_object_set_new(item, "values", sweep_json_values(study, point));
        json_object_set_new(item, "done", json_boolean(study->done[run]));
        json_object_set_new(item, "wanted", json_boolean(sweep_is_wanted(study, run)));
        json_object_set_new(item, "command", json_path(command == NULL ? "" : command));
        json_array_append_new(runs, item);
        free(command);
    }
    bool written = json_dumpf(object, out, JSON_INDENT(2)) == 0 && fputc('\n', out) != EOF;
    json_decref(object);
    return written;
}
