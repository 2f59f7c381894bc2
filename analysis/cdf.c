#include "analysis/cdf.h"

#include "base/check.h"

uint64_t cdf_points(uint64_t count, uint64_t points_max) {
    CHECK(points_max >= 2);
    return count < points_max ? count : points_max;
}

uint64_t cdf_rank(uint64_t count, uint64_t points, uint64_t index) {
    CHECK(points <= count);
    CHECK(index < points);
    if (points == 1) {
        return 1;
    }
    return 1 + index * (count - 1) / (points - 1);
}

static bool has_line(const struct run_message *message) {
    return message->published && message->expected > 0;
}

struct cdf_messages cdf_choose_messages(const struct run_data *run, struct arena *arena) {
    uint32_t candidates = 0;
    for (uint32_t i = 0; i < run->message_count; i++) {
        candidates += has_line(&run->messages[i]) ? 1 : 0;
    }
    uint64_t lines = cdf_points(candidates, CDF_MESSAGES_MAX);
    struct cdf_messages chosen = {0};
    chosen.items = arena_take_array(arena, MEMORY_TABLES, lines, sizeof *chosen.items);
    uint64_t candidate = 0;
    for (uint32_t i = 0; i < run->message_count && chosen.count < lines; i++) {
        if (!has_line(&run->messages[i])) {
            continue;
        }
        candidate++;
        if (candidate == cdf_rank(candidates, lines, chosen.count)) {
            chosen.items[chosen.count++] = i;
        }
    }
    return chosen;
}
