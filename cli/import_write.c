#include "cli/import.h"

#include "base/check.h"
#include "base/quantity.h"
#include "scenarios/text.h"

#include <inttypes.h>
#include <string.h>

enum { PER_LINE = 8, GROUPS_MAX = 255 };

struct import_writer {
    struct experiment *experiment;
    struct text text;
    uint32_t *kinds;                      // [node_count] which of the routers below a node has
    const struct import_router **routers; // [router_count] different ones, initial delays apart
    uint32_t router_count;
    uint32_t usual; // the one that most nodes have
};

static void add(struct import_writer *writer, const char *string) {
    text_add_string(&writer->text, string);
}

static void add_duration(struct import_writer *writer, int64_t ns) {
    char duration[QUANTITY_TEXT_SIZE];
    add(writer, quantity_write_duration(ns, duration));
}

/** A text in double quotes, whatever it holds. */
static void add_quoted(struct import_writer *writer, const char *name, uint32_t size) {
    add(writer, "\"");
    for (uint32_t i = 0; i < size; i++) {
        if ((unsigned char)name[i] < ' ' || name[i] == 0x7F) {
            text_add_format(&writer->text, "\\x%02X", (unsigned)(unsigned char)name[i]);
        } else if (name[i] == '"' || name[i] == '\\') {
            text_add_format(&writer->text, "\\%c", name[i]);
        } else {
            text_add(&writer->text, &name[i], 1);
        }
    }
    add(writer, "\"");
}

static void add_topic(struct import_writer *writer, uint32_t topic) {
    const struct intern *topics = &writer->experiment->topics;
    add_quoted(writer, topics->names[topic], topics->sizes[topic]);
}

/** Between two items of a list: a comma, and a new line after some of them. */
static void add_separator(struct import_writer *writer, uint32_t before) {
    if (before > 0) {
        add(writer, before % PER_LINE == 0 ? ",\n    " : ", ");
    }
}

/** The nodes that are set, as `all`, `none` or a list of ranges. */
static void add_nodes(struct import_writer *writer, const bool *set) {
    uint32_t count = writer->experiment->node_count;
    uint32_t ranges = 0;
    uint32_t first = 0;
    while (first < count && set[first]) {
        first++;
    }
    if (first == count) {
        add(writer, "all");
        return;
    }
    add(writer, "[");
    for (uint32_t i = 0; i < count; i++) {
        if (!set[i]) {
            continue;
        }
        uint32_t last = i;
        while (last + 1 < count && set[last + 1]) {
            last++;
        }
        add_separator(writer, ranges++);
        text_add_format(&writer->text, last > i ? "%" PRIu32 "..%" PRIu32 : "%" PRIu32, i, last);
        i = last;
    }
    add(writer, "]");
}

/** Whether two routers differ in more than the time of their first heartbeat. */
static bool same_router(const struct import_router *a, const struct import_router *b) {
    return memcmp(a->values, b->values, IMPORT_HEARTBEAT_INITIAL_DELAY * sizeof a->values[0]) == 0;
}

/** Finds the different routers; those beyond what groups allow are taken for the usual one. */
static void sort_routers(struct import_writer *writer) {
    struct experiment *experiment = writer->experiment;
    uint32_t counts[GROUPS_MAX] = {0};
    writer->kinds = arena_take_array(experiment->arena, MEMORY_TABLES, experiment->node_count,
                                     sizeof *writer->kinds);
    writer->routers = arena_take_array(experiment->arena, MEMORY_TABLES, GROUPS_MAX,
                                       sizeof(struct import_router *));
    for (uint32_t node = 0; node < experiment->node_count; node++) {
        uint32_t kind = 0;
        while (kind < writer->router_count &&
               !same_router(writer->routers[kind], &experiment->routers[node])) {
            kind++;
        }
        if (kind == GROUPS_MAX) {
            import_note(experiment, "gossipSubParams of a node: more than 255 different ones");
            kind = 0;
        }
        if (kind == writer->router_count) {
            writer->routers[writer->router_count++] = &experiment->routers[node];
        }
        writer->kinds[node] = kind;
        counts[kind]++;
    }
    for (uint32_t kind = 1; kind < writer->router_count; kind++) {
        writer->usual = counts[kind] > counts[writer->usual] ? kind : writer->usual;
    }
}

static void add_router(struct import_writer *writer, const struct import_router *router) {
    text_add_format(&writer->text, "D: %" PRId64 ", Dlo: %" PRId64 ", Dhi: %" PRId64,
                    router->values[IMPORT_D], router->values[IMPORT_D_LOW],
                    router->values[IMPORT_D_HIGH]);
    text_add_format(&writer->text,
                    ", Dlazy: %" PRId64 ", history_length: %" PRId64 ", history_gossip: %" PRId64,
                    router->values[IMPORT_D_LAZY], router->values[IMPORT_HISTORY_LENGTH],
                    router->values[IMPORT_HISTORY_GOSSIP]);
    add(writer, ", heartbeat_interval: ");
    add_duration(writer, router->values[IMPORT_HEARTBEAT_INTERVAL]);
    add(writer, ", fanout_ttl: ");
    add_duration(writer, router->values[IMPORT_FANOUT_TTL]);
}

/** The least and the largest delay of a first heartbeat. */
static void find_delays(const struct experiment *experiment, int64_t *low, int64_t *high) {
    *low = INT64_MAX;
    *high = 0;
    for (uint32_t i = 0; i < experiment->node_count; i++) {
        int64_t delay = experiment->routers[i].values[IMPORT_HEARTBEAT_INITIAL_DELAY];
        *low = delay < *low ? delay : *low;
        *high = delay > *high ? delay : *high;
    }
}

static void add_routers(struct import_writer *writer) {
    int64_t low = 0;
    int64_t high = 0;
    find_delays(writer->experiment, &low, &high);
    add(writer, "router: {");
    add_router(writer, writer->routers[writer->usual]);
    add(writer, ", heartbeat_initial_delay: ");
    add_duration(writer, low);
    add(writer, "}\n");
}

/** The classes of nodes of gossipsub-interop's network. */
static void add_classes(struct import_writer *writer) {
    if (writer->router_count > 1) {
        import_note(writer->experiment,
                    "classes of nodes by bandwidth: the nodes are in groups by their parameters");
        return;
    }
    add(writer, "  groups:\n"
                "    - {name: supernode, nodes: 20%, bandwidth: {up: 1024Mbit/s, down: "
                "1024Mbit/s}}\n");
}

static void add_groups(struct import_writer *writer) {
    struct experiment *experiment = writer->experiment;
    if (writer->router_count < 2) {
        return;
    }
    add(writer, "  groups:\n");
    bool *set = arena_take(experiment->arena, MEMORY_TABLES, experiment->node_count);
    for (uint32_t kind = 0; kind < writer->router_count; kind++) {
        if (kind == writer->usual) {
            continue;
        }
        for (uint32_t i = 0; i < experiment->node_count; i++) {
            set[i] = writer->kinds[i] == kind;
        }
        text_add_format(&writer->text, "    - {name: params-%" PRIu32 ", nodes: ", kind);
        add_nodes(writer, set);
        add(writer, ", router: {");
        add_router(writer, writer->routers[kind]);
        add(writer, "}}\n");
    }
}

static void add_world(struct import_writer *writer, const struct import_options *options) {
    struct experiment *experiment = writer->experiment;
    int64_t low = 0;
    int64_t high = 0;
    find_delays(experiment, &low, &high);
    text_add_format(&writer->text,
                    "nodes:\n  count: %" PRIu32 "\n  start: ", experiment->node_count);
    if (low == high) {
        add(writer, "0s");
    } else {
        import_note(experiment, "HeartbeatInitialDelay node by node: starts are drawn from its "
                                "range instead");
        add(writer, "{uniform: [0s, ");
        add_duration(writer, high - low);
        add(writer, "]}");
    }
    add(writer, "\n");
    add_groups(writer);
    if (options->network) {
        add_classes(writer);
        add(writer, "# Eight regions of the world, and nodes of two classes.\n"
                    "regions: world-8\n"
                    "links: {delay: regions, bandwidth: {up: 50Mbit/s, down: 50Mbit/s}}\n");
    } else {
        add(writer, "# The file says nothing of the network; `--network` puts gossipsub-interop's "
                    "here.\n"
                    "links: {delay: {uniform: [10ms, 150ms]}}\n");
    }
}

static void add_links(struct import_writer *writer) {
    const struct experiment *experiment = writer->experiment;
    add(writer, "topology:\n  kind: edges\n  edges: [");
    for (uint32_t i = 0; i < experiment->link_count; i++) {
        add_separator(writer, i);
        text_add_format(&writer->text, "[%" PRIu32 ", %" PRIu32 "]",
                        (uint32_t)(experiment->links[i] >> 32), (uint32_t)experiment->links[i]);
    }
    add(writer, "]\n");
}

static void mark(bool *set, uint32_t count, uint32_t node) {
    if (node == IMPORT_ALL) {
        memset(set, true, count);
    } else {
        set[node] = true;
    }
}

static void add_topics(struct import_writer *writer) {
    const struct experiment *experiment = writer->experiment;
    const struct import_actions *actions = &experiment->subscriptions;
    bool *set = arena_take(experiment->arena, MEMORY_TABLES, experiment->node_count);
    add(writer, experiment->topics.count > 0 ? "topics:\n" : "");
    for (uint32_t topic = 0; topic < experiment->topics.count; topic++) {
        memset(set, false, experiment->node_count);
        for (uint32_t i = 0; i < actions->count; i++) {
            if (actions->items[i].topic == topic && actions->items[i].at_ns == 0) {
                mark(set, experiment->node_count, actions->items[i].node);
            }
        }
        add(writer, "  - {name: ");
        add_topic(writer, topic);
        add(writer, ", subscribers: ");
        add_nodes(writer, set);
        if (experiment->validation_ns[topic] > 0) {
            add(writer, ", validation: ");
            add_duration(writer, experiment->validation_ns[topic]);
        }
        add(writer, "}\n");
    }
}

/** Subscriptions after a wait; those that follow each other with one time and topic in one event.
 */
static void add_events(struct import_writer *writer) {
    const struct experiment *experiment = writer->experiment;
    const struct import_actions *actions = &experiment->subscriptions;
    bool *set = arena_take(experiment->arena, MEMORY_TABLES, experiment->node_count);
    bool any = false;
    for (uint32_t i = 0; i < actions->count; i++) {
        const struct import_action *action = &actions->items[i];
        mark(set, experiment->node_count, action->node);
        const struct import_action *next = i + 1 < actions->count ? action + 1 : NULL;
        if (next != NULL && next->at_ns == action->at_ns && next->topic == action->topic) {
            continue;
        }
        if (action->at_ns > 0) {
            add(writer, any ? "" : "events:\n");
            any = true;
            add(writer, "  - {at: ");
            add_duration(writer, action->at_ns);
            add(writer, ", subscribe: {topic: ");
            add_topic(writer, action->topic);
            add(writer, ", nodes: ");
            add_nodes(writer, set);
            add(writer, "}}\n");
        }
        memset(set, false, experiment->node_count);
    }
}

static void add_publications(struct import_writer *writer) {
    const struct experiment *experiment = writer->experiment;
    const struct import_actions *actions = &experiment->publications;
    add(writer, actions->count > 0 ? "publish:\n" : "publish: []\n");
    for (uint32_t i = 0; i < actions->count; i++) {
        const struct import_action *action = &actions->items[i];
        add(writer, "  - {topic: ");
        add_topic(writer, action->topic);
        if (action->node == IMPORT_ALL) {
            text_add_format(&writer->text, ", from: any, publishers: %" PRIu32,
                            experiment->node_count);
        } else {
            text_add_format(&writer->text, ", from: %" PRIu32, action->node);
        }
        add(writer, ", start: ");
        add_duration(writer, action->at_ns);
        text_add_format(&writer->text, ", size: %" PRIu32 "B}\n", action->size_bytes);
    }
}

/**
 * When the script ends; one that ends with a publication goes on for a while, or nobody would see
 * the message arrive.
 */
static void add_end(struct import_writer *writer) {
    static const int64_t spare_ns = INT64_C(20000000000);
    const struct experiment *experiment = writer->experiment;
    const struct import_actions *publications = &experiment->publications;
    int64_t end_ns = experiment->end_ns > 0 ? experiment->end_ns : 3 * spare_ns;
    bool cut = false;
    for (uint32_t i = 0; i < publications->count; i++) {
        cut = cut || publications->items[i].at_ns >= end_ns;
    }
    add(writer, cut ? "\n# The script ends as it publishes; messages get 20 s to arrive.\n" : "\n");
    add(writer, "duration: ");
    add_duration(writer, cut ? end_ns + spare_ns : end_ns);
    add(writer, "\n");
}

/** The comment at the top, which comes last, as only then all is known that is left out. */
static const char *put_title(struct import_writer *writer, const struct import_options *options) {
    const struct experiment *experiment = writer->experiment;
    struct text body = writer->text;
    text_init(&writer->text, experiment->arena);
    add(writer, "# Made by `gossim import` of ");
    add(writer, options->title);
    add(writer, ", an experiment of libp2p's gossipsub-interop.\n#\n"
                "# Not carried over:\n"
                "# - what later protocols than GossipSub v1.0 do: scores, backoff, flood "
                "publishing, IDONTWANT, peer exchange\n");
    for (uint32_t i = 0; i < experiment->notes.count; i++) {
        add(writer, "# - ");
        add(writer, experiment->notes.names[i]);
        if (experiment->note_counts[i] > 1) {
            text_add_format(&writer->text, " (%" PRIu32 " times)", experiment->note_counts[i]);
        }
        add(writer, "\n");
    }
    text_add(&writer->text, body.bytes, body.size);
    return writer->text.bytes;
}

const char *import_write(struct experiment *experiment, const struct import_options *options) {
    struct import_writer writer = {.experiment = experiment};
    text_init(&writer.text, experiment->arena);
    sort_routers(&writer);
    add_end(&writer);
    add_routers(&writer);
    add_world(&writer, options);
    add_links(&writer);
    add_topics(&writer);
    add_publications(&writer);
    add_events(&writer);
    return put_title(&writer, options);
}
