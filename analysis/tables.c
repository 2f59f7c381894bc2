#include "analysis/tables.h"

#include "analysis/table_file.h"
#include "analysis/tables_parts.h"

#include <stddef.h>

static const struct table {
    const char *name;
    table_writer write;
    enum table_choice least; // of choices that want it
} tables[] = {
    {"tables/delivery.tsv", table_delivery, TABLES_ALL},
    {"tables/messages.tsv", table_messages, TABLES_USUAL},
    {"tables/nodes.tsv", table_nodes, TABLES_USUAL},
    {"tables/latency_cdf.tsv", table_latency_cdf, TABLES_USUAL},
    {"tables/hops.tsv", table_hops, TABLES_USUAL},
    {"tables/depth.tsv", table_depth, TABLES_USUAL},
    {"tables/mesh_degree.tsv", table_mesh_degree, TABLES_USUAL},
    {"tables/gauges.tsv", table_gauges, TABLES_USUAL},
    {"tables/traffic.tsv", table_traffic, TABLES_USUAL},
};

static bool write_table(const struct table *table, const struct run_data *run, const char *folder,
                        struct failure *failure) {
    struct table_file file;
    struct arena *scratch = arena_create(&(struct arena_options){0});
    table_file_open(&file, folder, table->name);
    table->write(&file, run, scratch);
    arena_destroy(scratch);
    return table_file_close(&file, failure) && run_data_ok(run, failure);
}

bool analysis_write_tables(const struct run_data *run, enum table_choice choice, const char *folder,
                           struct failure *failure) {
    if (!table_folder_make(folder, "tables", failure)) {
        return false;
    }
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        if (tables[i].least <= choice && !write_table(&tables[i], run, folder, failure)) {
            return false;
        }
    }
    return true;
}
