#include "cli/bench_figure.h"

#include "analysis/figure_sheet.h"
#include "analysis/figure_text.h"

#include <inttypes.h>

enum { VARIABLE_SIZE = 32 };

/** Nodes, ns an event and the bounds of these over the rounds, bytes a node; one line a case. */
static void print_points(struct table_file *file, const struct bench *bench, uint32_t who) {
    for (uint32_t i = 0; i < bench->case_count; i++) {
        const struct bench_case *which = &bench->cases[i];
        struct bench_spread cpu_s = bench_cpu_s(bench, which, who);
        double scale = 1e9 / bench_events(bench, which, who);
        uint64_t nodes = which->nodes > 0 ? which->nodes : 1;
        table_file_print(file, "%" PRIu32 "\t%.8g\t%.8g\t%.8g\t%" PRIu64 "\n", which->nodes,
                         cpu_s.median * scale, cpu_s.least * scale, cpu_s.most * scale,
                         bench_peak_bytes(bench, which, who) / nodes);
    }
}

static bool write_table(const struct bench *bench, const char *folder, struct failure *failure) {
    struct table_file file;
    table_file_open(&file, folder, "tables/growth.tsv");
    table_file_print(&file, "program\tnodes\tns_per_event\tleast\tmost\tbytes_per_node\n");
    for (uint32_t who = 0; who < bench->contestant_count; who++) {
        for (uint32_t i = 0; i < bench->case_count; i++) {
            const struct bench_case *which = &bench->cases[i];
            struct bench_spread cpu_s = bench_cpu_s(bench, which, who);
            double scale = 1e9 / bench_events(bench, which, who);
            uint64_t nodes = which->nodes > 0 ? which->nodes : 1;
            table_file_name(&file, bench->contestants[who].name);
            table_file_print(&file, "\t%" PRIu32 "\t%.8g\t%.8g\t%.8g\t%" PRIu64 "\n", which->nodes,
                             cpu_s.median * scale, cpu_s.least * scale, cpu_s.most * scale,
                             bench_peak_bytes(bench, which, who) / nodes);
        }
    }
    return table_file_close(&file, failure);
}

static bool write_script(const struct bench *bench, const char *folder, struct failure *failure) {
    struct table_file file;
    char least[FIGURE_TEXT_SIZE];
    char most[FIGURE_TEXT_SIZE];
    const struct bench_case *first = &bench->cases[0];
    const struct bench_case *last = &bench->cases[bench->case_count - 1];
    figure_script_open(&file, folder, "growth", "The cost of an event, by the size of the network");
    figure_define_text(&file, "subtitle",
                       "Processor time of the whole process, loading included, over events");
    bool changed = bench->options->request.override_count > 0;
    figure_define_text(&file, "scenario", "%s",
                       changed ? "W(N), with overrides" : "W(N), 20 messages, 30 s");
    figure_define_text(&file, "identity", "%s to %s nodes", figure_count(first->nodes, least),
                       figure_count(last->nodes, most));
    figure_define_number(&file, "nodes_low", first->nodes);
    figure_define_number(&file, "nodes_high", last->nodes);
    figure_define_number(&file, "programs", bench->contestant_count);
    for (uint32_t who = 0; who < bench->contestant_count; who++) {
        char variable[VARIABLE_SIZE];
        snprintf(variable, sizeof variable, "program_%" PRIu32, who + 1);
        figure_define_label(&file, variable, bench->contestants[who].name);
        table_file_print(&file, "$points_%" PRIu32 " << END\n", who + 1);
        print_points(&file, bench, who);
        table_file_print(&file, "END\n");
    }
    figure_script_draw(&file, "growth");
    return table_file_close(&file, failure);
}

bool bench_draw_growth(const struct bench *bench, const char *folder, struct failure *failure) {
    static const char *const names[] = {"growth"};
    return table_folder_make(folder, "tables", failure) && figure_folders_make(folder, failure) &&
           write_table(bench, folder, failure) && write_script(bench, folder, failure) &&
           figure_draw(folder, names, 1, failure);
}
