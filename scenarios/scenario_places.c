// What regions have besides names, weights and latencies.

#include "scenarios/scenario_read.h"

static bool read_loss_row(struct scenario_reader *reader, const struct yaml_node *row,
                          uint32_t *loss_ppb, uint32_t count) {
    if (!reader_list(reader, KEY_REGIONS_LOSS, row)) {
        return false;
    }
    check_region_count(reader, row, count);
    bool any = false;
    const struct yaml_node *cell = row->first;
    for (uint32_t i = 0; i < row->size; i++) {
        uint32_t read_ppb = 0;
        read_share(reader, KEY_REGIONS_LOSS, cell, &read_ppb);
        if (i < count) {
            loss_ppb[i] = read_ppb;
        }
        any = any || read_ppb > 0;
        cell = cell->next;
    }
    return any;
}

const uint32_t *read_region_losses(struct scenario_reader *reader, const struct yaml_node *node,
                                   uint32_t count) {
    if (!reader_list(reader, KEY_REGIONS_LOSS, node)) {
        return NULL;
    }
    check_region_count(reader, node, count);
    uint32_t *loss_ppb =
        arena_take_array(reader->arena, MEMORY_TABLES, (size_t)count * count, sizeof *loss_ppb);
    bool any = false;
    const struct yaml_node *row = node->first;
    for (uint32_t i = 0; i < node->size; i++) {
        bool fits = i < count;
        any = read_loss_row(reader, row, fits ? loss_ppb + (size_t)i * count : NULL,
                            fits ? count : 0) ||
              any;
        row = row->next;
    }
    return any ? loss_ppb : NULL;
}
