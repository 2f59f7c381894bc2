#include "scenarios/plan_steps.h"

void plan_fields_init(struct plan_fields *fields, struct arena *arena,
                      const struct scenario_publish *publish) {
    const struct scenario_size *size = &publish->size;
    *fields = (struct plan_fields){.publish = publish};
    if (publish->from == PUBLISHER_ROWS) {
        return;
    }
    if (size->choice_count > 0) {
        weighted_init(&fields->choices, arena, size->weights, size->choice_count);
    } else {
        distribution_init(&fields->size, arena, &size->distribution, 0);
    }
    if (publish->topic_count > 1 && !publish->in_turn) {
        weighted_init_zipf(&fields->topics, arena, publish->zipf_ppm, publish->topic_count);
    }
}

uint32_t plan_fields_topic(const struct plan_fields *fields, uint64_t seed, uint64_t name) {
    const struct scenario_publish *publish = fields->publish;
    if (publish->from == PUBLISHER_ROWS) {
        return publish->rows[(uint32_t)name].topic;
    }
    if (publish->topic_count == 1) {
        return publish->topic;
    }
    if (publish->in_turn) {
        return publish->topic + (uint32_t)name % publish->topic_count;
    }
    uint64_t draw = prng_keyed(seed, STREAM_TOPIC, name >> 32, (uint32_t)name, 0);
    return publish->topic + weighted_at(&fields->topics, draw);
}

uint32_t plan_fields_size(const struct plan_fields *fields, uint64_t seed, uint64_t name) {
    const struct scenario_size *size = &fields->publish->size;
    if (fields->publish->from == PUBLISHER_ROWS) {
        return fields->publish->rows[(uint32_t)name].size_bytes;
    }
    uint64_t draw = prng_keyed(seed, STREAM_SIZE, name >> 32, (uint32_t)name, 0);
    return size->choice_count > 0 ? size->choices[weighted_at(&fields->choices, draw)]
                                  : (uint32_t)distribution_at(&fields->size, draw);
}
