#include "trace/rows.h"

#include <string.h>

/** Says which row of which section is wrong, and how. */
static bool refuse(struct failure *failure, const char *section, size_t row, const char *what) {
    return failure_bad_input(failure, "damaged trace: row %zu of %s %s", row, section, what);
}

static bool is_node(const struct row_bounds *bounds, uint32_t node) {
    return node < bounds->nodes;
}

static bool is_node_or_none(const struct row_bounds *bounds, uint32_t node) {
    return node == TRACE_NONE || is_node(bounds, node);
}

/** Names that each end with a NUL: gives their number, or refuses. */
static bool count_names(const char *bytes, size_t size, const char *section, uint64_t *count,
                        struct failure *failure) {
    if (size > 0 && bytes[size - 1] != '\0') {
        return failure_bad_input(failure, "damaged trace: the last name of %s has no end", section);
    }
    *count = 0;
    for (size_t i = 0; i < size; i++) {
        *count += bytes[i] == '\0';
    }
    return true;
}

static bool check_scenario(const char *bytes, size_t size, struct failure *failure) {
    if (size > 0 && memchr(bytes, '\0', size) != NULL) {
        return failure_bad_input(failure, "damaged trace: its scenario is not text");
    }
    return true;
}

static bool check_nodes(struct row_bounds *bounds, const struct trace_node *rows, size_t count,
                        struct failure *failure) {
    for (size_t i = 0; i < count; i++) {
        if (rows[i].region != TRACE_NONE && rows[i].region >= bounds->regions) {
            return refuse(failure, "NODES", i, "names a region that is not listed");
        }
        if (rows[i].start_ns < 0) {
            return refuse(failure, "NODES", i, "starts before time zero");
        }
    }
    bounds->nodes = count;
    return true;
}

static bool check_links(const struct row_bounds *bounds, const struct trace_link *rows,
                        size_t count, struct failure *failure) {
    for (size_t i = 0; i < count; i++) {
        if (rows[i].a >= rows[i].b || !is_node(bounds, rows[i].b)) {
            return refuse(failure, "LINKS", i, "joins nodes that are not listed");
        }
        if (rows[i].delay_ns < 0) {
            return refuse(failure, "LINKS", i, "has a negative delay");
        }
        if (rows[i].dialled > TRACE_DIALLED_BY_B) {
            return refuse(failure, "LINKS", i, "was dialled by neither of its nodes");
        }
    }
    return true;
}

static bool reason_fits(const struct trace_record *record) {
    bool is_rpc = trace_kind_is_rpc((enum trace_kind)record->kind);
    return record->reason < (is_rpc ? (unsigned)TRACE_RPC_COUNT : (unsigned)REASON_COUNT);
}

static const char *find_fault(const struct row_bounds *bounds, const struct trace_record *record) {
    if (record->kind == 0 || record->kind >= TRACE_KIND_COUNT) {
        return "has an unknown kind";
    }
    bool may_lack_node = record->kind == TRACE_PUBLISH_SKIPPED && record->node == TRACE_NONE;
    if (!may_lack_node && !is_node(bounds, record->node)) {
        return "names a node that is not listed";
    }
    if (!is_node_or_none(bounds, record->peer)) {
        return "names a peer that is not listed";
    }
    if (record->topic != TRACE_TOPIC_NONE && record->topic >= bounds->topics) {
        return "names a topic that is not listed";
    }
    if (!reason_fits(record)) {
        return "has an unknown reason";
    }
    return record->at_ns < 0 ? "lies before time zero" : NULL;
}

static bool check_records(struct row_bounds *bounds, const struct trace_record *rows, size_t count,
                          struct failure *failure) {
    for (size_t i = 0; i < count; i++) {
        const char *fault = find_fault(bounds, &rows[i]);
        if (fault != NULL) {
            return refuse(failure, "RECORDS", i, fault);
        }
        uint32_t message = rows[i].message;
        if (message != TRACE_NONE && message >= bounds->messages_named) {
            bounds->messages_named = (uint64_t)message + 1;
        }
    }
    return true;
}

static bool check_samples(const struct row_bounds *bounds, const struct trace_sample *rows,
                          size_t count, struct failure *failure) {
    for (size_t i = 0; i < count; i++) {
        if (rows[i].topic >= bounds->topics) {
            return refuse(failure, "SAMPLES", i, "names a topic that is not listed");
        }
        if (rows[i].nodes > bounds->nodes) {
            return refuse(failure, "SAMPLES", i, "counts more nodes than are listed");
        }
        if (rows[i].at_ns < 0) {
            return refuse(failure, "SAMPLES", i, "lies before time zero");
        }
    }
    return true;
}

static bool check_traffic(const struct trace_traffic *rows, size_t count, struct failure *failure) {
    for (size_t i = 0; i < count; i++) {
        if (rows[i].at_ns < 0) {
            return refuse(failure, "TRAFFIC", i, "lies before time zero");
        }
    }
    return true;
}

static bool check_messages(const struct row_bounds *bounds, const struct trace_message *rows,
                           size_t count, struct failure *failure) {
    if (count < bounds->messages_named) {
        return failure_bad_input(failure,
                                 "damaged trace: its records name more messages than it lists");
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_node_or_none(bounds, rows[i].origin)) {
            return refuse(failure, "MESSAGES", i, "names a node that is not listed");
        }
        if (rows[i].topic >= bounds->topics) {
            return refuse(failure, "MESSAGES", i, "names a topic that is not listed");
        }
        if (rows[i].published_at_ns < 0) {
            return refuse(failure, "MESSAGES", i, "lies before time zero");
        }
    }
    return true;
}

static bool check_summary(const struct trace_summary *rows, size_t count, struct failure *failure) {
    if (count != 1) {
        return failure_bad_input(failure, "damaged trace: its summary has %zu rows, not one",
                                 count);
    }
    if (rows->virtual_ns < 0) {
        return refuse(failure, "SUMMARY", 0, "ends before time zero");
    }
    return true;
}

bool rows_check(struct row_bounds *bounds, enum trace_section section, const void *rows,
                size_t count, struct failure *failure) {
    switch (section) {
    case TRACE_SECTION_SCENARIO:
        return check_scenario(rows, count, failure);
    case TRACE_SECTION_TOPICS:
        return count_names(rows, count, "TOPICS", &bounds->topics, failure);
    case TRACE_SECTION_REGIONS:
        return count_names(rows, count, "REGIONS", &bounds->regions, failure);
    case TRACE_SECTION_NODES:
        return check_nodes(bounds, rows, count, failure);
    case TRACE_SECTION_LINKS:
        return check_links(bounds, rows, count, failure);
    case TRACE_SECTION_RECORDS:
        return check_records(bounds, rows, count, failure);
    case TRACE_SECTION_SAMPLES:
        return check_samples(bounds, rows, count, failure);
    case TRACE_SECTION_TRAFFIC:
        return check_traffic(rows, count, failure);
    case TRACE_SECTION_MESSAGES:
        return check_messages(bounds, rows, count, failure);
    case TRACE_SECTION_SUMMARY:
        return check_summary(rows, count, failure);
    case TRACE_SECTION_END:
    case TRACE_SECTION_PACKED:
        break;
    }
    return true;
}
