#include "analysis/topic_colours.h"

#include "base/check.h"
#include "base/sort.h"

/** The topics with the fewest published messages last; of equals the later one. */
static struct sort_item *order_topics(const struct run_data *run, struct arena *arena) {
    uint32_t count = run->topics.count;
    struct sort_item *items = arena_take_array(arena, MEMORY_TABLES, count, 2 * sizeof *items);
    for (uint32_t topic = 0; topic < count; topic++) {
        items[topic] = (struct sort_item){UINT32_MAX, topic};
    }
    for (uint32_t i = 0; i < run->message_count; i++) {
        if (run->messages[i].published) {
            CHECK(run->messages[i].topic < count);
            items[run->messages[i].topic].key--;
        }
    }
    for (uint32_t topic = 0; topic < count; topic++) {
        items[topic].key = items[topic].key << 32 | topic;
    }
    sort_by_key(items, items + count, count);
    return items;
}

static uint32_t messages_of(const struct sort_item *item) {
    return UINT32_MAX - (uint32_t)(item->key >> 32);
}

/** Puts the topic in its place among those chosen before. */
static void insert(struct topic_colours *colours, uint32_t topic, uint32_t messages) {
    uint32_t place = colours->count++;
    for (; place > 0 && colours->topics[place - 1] > topic; place--) {
        colours->topics[place] = colours->topics[place - 1];
        colours->messages[place] = colours->messages[place - 1];
    }
    colours->topics[place] = topic;
    colours->messages[place] = messages;
}

struct topic_colours topic_colours_of(const struct run_data *run, struct arena *arena) {
    struct topic_colours colours = {0};
    const struct sort_item *items = order_topics(run, arena);
    for (uint32_t i = 0; i < run->topics.count; i++) {
        uint32_t messages = messages_of(&items[i]);
        colours.with_messages += messages > 0 ? 1 : 0;
        if (i < TOPIC_COLOURS_MAX) {
            insert(&colours, (uint32_t)items[i].value, messages);
        } else {
            colours.others += messages > 0 ? 1 : 0;
        }
    }
    return colours;
}

uint32_t topic_colours_place(const struct topic_colours *colours, uint32_t topic) {
    uint32_t place = 0;
    while (place < colours->count && colours->topics[place] != topic) {
        place++;
    }
    return place;
}
