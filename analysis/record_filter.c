#include "analysis/record_filter.h"

#include <string.h>

void record_filter_init(struct record_filter *filter) {
    memset(filter, 0, sizeof *filter);
    filter->until_ns = INT64_MAX;
}

/** Reads decimal digits and moves behind them; false if there are none, or too many. */
static bool read_number(const char **text, uint32_t *number) {
    uint64_t read = 0;
    const char *digit = *text;
    for (; *digit >= '0' && *digit <= '9' && read < TRACE_NONE; digit++) {
        read = 10 * read + (uint64_t)(*digit - '0');
    }
    bool any = digit != *text;
    *text = digit;
    *number = (uint32_t)read;
    return any && read < TRACE_NONE;
}

bool record_filter_read_ranges(struct record_ranges *ranges, const char *text, const char **why) {
    *why = "give numbers and ranges, such as 3,7..9";
    for (;;) {
        struct record_range range;
        if (!read_number(&text, &range.first)) {
            return false;
        }
        range.last = range.first;
        if (strncmp(text, "..", 2) == 0) {
            text += 2;
            if (!read_number(&text, &range.last) || range.last < range.first) {
                return false;
            }
        }
        if (ranges->count == RECORD_RANGES_MAX) {
            *why = "at most 64 numbers and ranges";
            return false;
        }
        ranges->items[ranges->count++] = range;
        if (*text == '\0') {
            return true;
        }
        if (*text++ != ',') {
            return false;
        }
    }
}

bool record_ranges_within(const struct record_ranges *ranges, uint32_t bound, uint32_t *beyond) {
    for (uint32_t i = 0; i < ranges->count; i++) {
        if (ranges->items[i].first >= bound) {
            *beyond = ranges->items[i].first;
            return false;
        }
    }
    return true;
}

static uint32_t find_kind(const char *name, size_t size) {
    uint32_t kind = 1;
    for (; kind < TRACE_KIND_COUNT; kind++) {
        const char *known = trace_kind_name((enum trace_kind)kind);
        if (strlen(known) == size && memcmp(known, name, size) == 0) {
            break;
        }
    }
    return kind;
}

static uint32_t find_rpc(const char *name, size_t size) {
    uint32_t rpc = 0;
    for (; rpc < TRACE_RPC_COUNT; rpc++) {
        const char *known = trace_rpc_name((enum trace_rpc)rpc);
        if (strlen(known) == size && memcmp(known, name, size) == 0) {
            break;
        }
    }
    return rpc;
}

/** Reads one kind, with its kind of RPC. */
static bool read_kind(struct record_filter *filter, const char *text, size_t size) {
    const char *colon = memchr(text, ':', size);
    size_t name = colon == NULL ? size : (size_t)(colon - text);
    uint32_t kind = find_kind(text, name);
    if (kind == TRACE_KIND_COUNT) {
        return false;
    }
    uint32_t all = (UINT32_C(1) << TRACE_RPC_COUNT) - 1;
    uint32_t bits = all;
    if (colon != NULL) {
        uint32_t rpc = find_rpc(colon + 1, size - name - 1);
        if (rpc == TRACE_RPC_COUNT || !trace_kind_is_rpc((enum trace_kind)kind)) {
            return false;
        }
        bits = UINT32_C(1) << rpc;
    }
    filter->kinds |= UINT32_C(1) << kind;
    filter->rpcs[kind] = (uint8_t)(filter->rpcs[kind] | bits);
    return true;
}

bool record_filter_read_kinds(struct record_filter *filter, const char *text, const char **why) {
    *why = "give kinds of records, such as graft,prune,send:ihave";
    for (;;) {
        size_t size = strcspn(text, ",");
        if (!read_kind(filter, text, size)) {
            return false;
        }
        if (text[size] == '\0') {
            return true;
        }
        text += size + 1;
    }
}

bool record_filter_read_topics(struct record_filter *filter, char *text, const char **why) {
    for (;;) {
        if (filter->topic_count == RECORD_TOPICS_MAX) {
            *why = "at most 64 topics";
            return false;
        }
        size_t size = strcspn(text, ",");
        bool last = text[size] == '\0';
        text[size] = '\0';
        filter->topics[filter->topic_count++] = text;
        if (last) {
            return true;
        }
        text += size + 1;
    }
}

static bool takes_number(const struct record_ranges *ranges, uint32_t number) {
    bool takes = ranges->count == 0;
    for (uint32_t i = 0; i < ranges->count && !takes; i++) {
        takes = number >= ranges->items[i].first && number <= ranges->items[i].last;
    }
    return takes;
}

static bool takes_topic(const struct record_filter *filter, const char *topic) {
    bool takes = filter->topic_count == 0;
    for (uint32_t i = 0; i < filter->topic_count && !takes; i++) {
        takes = topic != NULL && strcmp(filter->topics[i], topic) == 0;
    }
    return takes;
}

bool record_filter_takes(const struct record_filter *filter, const struct trace_record *record,
                         const char *topic) {
    if (record->at_ns < filter->from_ns || record->at_ns >= filter->until_ns) {
        return false;
    }
    if (filter->kinds != 0) {
        bool rpc = trace_kind_is_rpc((enum trace_kind)record->kind);
        bool wanted = (filter->kinds >> record->kind & 1) != 0;
        if (!wanted || (rpc && (filter->rpcs[record->kind] >> record->reason & 1) == 0)) {
            return false;
        }
    }
    return takes_number(&filter->nodes, record->node) &&
           takes_number(&filter->peers, record->peer) &&
           takes_number(&filter->messages, record->message) && takes_topic(filter, topic);
}
