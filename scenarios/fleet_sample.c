#include "base/check.h"
#include "scenarios/fleet_lanes.h"

#include <string.h>

enum { SAMPLES_AHEAD = 8 }; // nodes

/** A router's mesh of a topic; NULL if it is empty. */
static const uint64_t *mesh_of(const struct router *router, uint16_t topic) {
    const struct topic_state *state = router_find_topic(router, topic);
    return state == NULL || state->mesh_count == 0 ? NULL : state->sets + router->words;
}

/** True if the node at the other end of a slot has this end in its mesh. */
static bool is_returned(const struct fleet *fleet, uint32_t slot, uint16_t topic) {
    uint32_t peer = fleet->topology.peer[slot];
    const uint64_t *mesh = mesh_of(&fleet->routers[peer], topic);
    uint32_t back = fleet->topology.reverse[slot] - fleet->topology.slot_first[peer];
    return mesh != NULL && bitset_has(mesh, back);
}

/** How many peers a node has in its mesh that do not have it in theirs; all are up. `*peer` gets
 * the last of them. */
static uint64_t one_sided_of(const struct fleet *fleet, uint32_t node, uint16_t topic,
                             uint32_t *peer) {
    const struct router *router = &fleet->routers[node];
    const uint64_t *mesh = mesh_of(router, topic);
    uint64_t count = 0;
    if (mesh == NULL || !fleet->up[node]) {
        return 0;
    }
    uint32_t first = fleet->topology.slot_first[node];
    for (uint32_t slot = 0; slot < router->slot_count; slot++) {
        if (bitset_has(mesh, slot) && fleet->up[fleet->topology.peer[first + slot]] &&
            !is_returned(fleet, first + slot, topic)) {
            *peer = fleet->topology.peer[first + slot];
            count++;
        }
    }
    return count;
}

uint32_t fleet_one_sided_peer(const struct fleet *fleet, uint32_t node, uint16_t topic) {
    uint32_t peer = TRACE_NONE;
    one_sided_of(fleet, node, topic, &peer);
    return peer;
}

/** Notes which of a node's slots are in its mesh, by the word: its slots begin anywhere in one. */
static void note_mesh(const struct fleet *fleet, uint32_t node, const struct topic_state *state) {
    const struct router *router = &fleet->routers[node];
    const uint64_t *mesh = state->sets + router->words;
    uint32_t first = fleet->topology.slot_first[node];
    uint64_t *noted = fleet->mesh_slots + first / 64;
    for (uint32_t word = 0; word < router->words; word++) {
        noted[word] |= mesh[word] << first % 64;
        if (first % 64 != 0) {
            noted[word + 1] |= mesh[word] >> (64 - first % 64);
        }
    }
}

/**
 * How many, among `members` (NULL: all), have a node in their mesh that does not have them in its
 * own: both are up. The slots in the meshes of nodes up are noted, all others are not: one look at
 * the other end's bit takes the place of one at its router.
 */
static uint64_t count_one_sided(const struct fleet *fleet, const uint64_t *members) {
    const struct topology *topology = &fleet->topology;
    const uint64_t *noted = fleet->mesh_slots;
    uint32_t words = bitset_words((uint32_t)(2 * topology->link_count));
    uint64_t count = 0;
    for (uint32_t word = 0; word < words; word++) {
        for (uint64_t bits = noted[word]; bits != 0; bits &= bits - 1) {
            uint32_t slot = word * 64 + (uint32_t)__builtin_ctzll(bits);
            if (!bitset_has(noted, topology->reverse[slot])) {
                count += fleet->up[topology->peer[slot]] &&
                         scope_has_node(members, topology->owner[slot]);
            }
        }
    }
    return count;
}

/** The same for all nodes. Meshes seldom change: where they and the nodes up are as in the latest
 * sample, so is the count. */
static uint64_t count_one_sided_anew(const struct fleet *fleet) {
    struct fleet_sampled *sampled = fleet->sampled;
    size_t slots_bytes =
        bitset_words((uint32_t)(2 * fleet->topology.link_count)) * sizeof *sampled->slots;
    size_t up_bytes = fleet->topology.node_count * sizeof *sampled->up;
    if (memcmp(sampled->slots, fleet->mesh_slots, slots_bytes) != 0 ||
        memcmp(sampled->up, fleet->up, up_bytes) != 0) {
        memcpy(sampled->slots, fleet->mesh_slots, slots_bytes);
        memcpy(sampled->up, fleet->up, up_bytes);
        sampled->one_sided_links = count_one_sided(fleet, NULL);
    }
    return sampled->one_sided_links;
}

/** Brings to the cache what a sample will ask of nodes further on: routers stand one behind the
 * other, what they know of a topic elsewhere. */
static inline void fetch_states(const struct fleet *fleet, uint32_t node) {
    uint32_t count = fleet->topology.node_count;
    if (node + 2 * SAMPLES_AHEAD < count) {
        __builtin_prefetch(&fleet->routers[node + 2 * SAMPLES_AHEAD].latest);
    }
    if (node + SAMPLES_AHEAD < count) {
        __builtin_prefetch(fleet->routers[node + SAMPLES_AHEAD].latest);
    }
}

/** Mesh degrees of one topic over the nodes that are up and subscribed; gauges over all nodes up.
 * Both among `members` (NULL: all). */
static struct trace_sample sample_topic(const struct fleet *fleet, uint16_t topic,
                                        const uint64_t *members) {
    struct trace_sample sample = {
        .at_ns = fleet->sim.now_ns, .topic = topic, .degree_min = UINT32_MAX};
    memset(fleet->mesh_slots, 0,
           bitset_words((uint32_t)(2 * fleet->topology.link_count)) * sizeof *fleet->mesh_slots);
    for (uint32_t node = 0; node < fleet->topology.node_count; node++) {
        fetch_states(fleet, node);
        const struct topic_state *state = router_find_topic(&fleet->routers[node], topic);
        if (state == NULL || !fleet->up[node]) {
            continue;
        }
        if (state->mesh_count > 0) {
            note_mesh(fleet, node, state);
        }
        if (!scope_has_node(members, node)) {
            continue;
        }
        sample.gauge_mesh_sum += state->gauge_mesh;
        sample.gauge_fanout_sum += state->gauge_fanout;
        sample.gauge_subscribers_sum += state->gauge_subscribers;
        if (state->handler_count == 0) {
            continue;
        }
        uint32_t degree = state->mesh_count;
        sample.nodes++;
        sample.degree_sum += degree;
        sample.degree_min = degree < sample.degree_min ? degree : sample.degree_min;
        sample.degree_max = degree > sample.degree_max ? degree : sample.degree_max;
    }
    if (sample.nodes == 0) {
        sample.degree_min = 0;
    }
    sample.one_sided_links = members != NULL || fleet->sampled == NULL
                                 ? count_one_sided(fleet, members)
                                 : count_one_sided_anew(fleet);
    return sample;
}

/** RPCs sent that will not arrive. */
static uint64_t not_arrived(const struct run_counts *counts) {
    uint64_t packets = counts->packets_lost;
    for (uint32_t cause = 0; cause < CAUSE_COUNT; cause++) {
        packets += counts->packets_dropped[cause];
    }
    return packets;
}

void fleet_sample(struct fleet *fleet) {
    if (fleet->writer == NULL) {
        return; // nobody would read it
    }
    if (fleet->traffic_count == fleet->traffic_capacity) {
        fleet->traffic = pool_grow(&fleet->results, fleet->traffic, &fleet->traffic_capacity,
                                   fleet->traffic_count + 1, sizeof *fleet->traffic);
    }
    const struct run_counts counts = fleet_counts(fleet);
    struct trace_traffic *traffic = &fleet->traffic[fleet->traffic_count++];
    *traffic = (struct trace_traffic){
        .at_ns = fleet->sim.now_ns,
        .payload_bytes_sent = counts.payload_bytes_sent,
        .deliveries = counts.deliveries,
        .duplicates = counts.duplicates,
        .packets_lost = not_arrived(&counts),
    };
    memcpy(traffic->rpcs_sent, counts.rpcs_sent, sizeof traffic->rpcs_sent);
    memcpy(traffic->bytes_sent, counts.bytes_sent, sizeof traffic->bytes_sent);
    for (uint32_t topic = 0; topic < fleet->scenario->topic_count; topic++) {
        if (fleet->sample_count == fleet->sample_capacity) {
            fleet->samples = pool_grow(&fleet->results, fleet->samples, &fleet->sample_capacity,
                                       fleet->sample_count + 1, sizeof *fleet->samples);
        }
        fleet->samples[fleet->sample_count++] = sample_topic(fleet, (uint16_t)topic, NULL);
    }
}

/** What the slab of a lane, or of the whole fleet, holds. */
static uint64_t bytes_in_slab(const struct fleet *fleet) {
    uint64_t bytes = 0;
    for (uint32_t handle = 0; handle < fleet->rpcs.used; handle++) {
        const struct rpc *rpc = rpc_at(&fleet->rpcs, handle);
        bytes += (uint64_t)rpc->references * rpc->size_bytes;
    }
    return bytes;
}

uint64_t fleet_bytes_in_flight(struct fleet *fleet) {
    uint64_t bytes = fleet->lanes == NULL ? 0 : fleet_mail_bytes(fleet->lanes);
    for (uint32_t i = 0; i < fleet_lane_count(fleet); i++) {
        bytes += bytes_in_slab(fleet_lane_at(fleet, i));
    }
    // But for copies of what has arrived, which routers keep until an application answers.
    for (uint32_t node = 0; node < fleet->topology.node_count; node++) {
        bytes -= router_kept_bytes(&fleet->routers[node], &fleet_of(fleet, node)->rpcs);
    }
    return bytes;
}

/** Whether a message that arrives may come to nothing: in an RPC that is skipped or too large, or
 * that waits for an application. */
static bool may_leave_messages(const struct fleet *fleet) {
    for (uint32_t group = 0; group <= fleet->scenario->group_count; group++) {
        const struct router_shared *shared = &fleet->shared[group];
        if (shared->received_kinds != 0 || shared->has_validators != NULL ||
            quirk_in(shared->params.quirks, QUIRK_READ_LIMIT)) {
            return true;
        }
    }
    return false;
}

void fleet_count_meshes(const struct fleet *fleet, uint32_t topic, const uint64_t *members,
                        struct run_counts *counts) {
    counts->mesh_degree_min = UINT32_MAX;
    for (uint32_t other = 0; other < fleet->scenario->topic_count; other++) {
        if (topic != SCOPE_ALL && topic != other) {
            continue;
        }
        struct trace_sample sample = sample_topic(fleet, (uint16_t)other, members);
        counts->one_sided_mesh_links += sample.one_sided_links;
        if (sample.nodes == 0) {
            continue;
        }
        counts->mesh_degree_nodes += sample.nodes;
        counts->mesh_degree_sum += sample.degree_sum;
        if (sample.degree_min < counts->mesh_degree_min) {
            counts->mesh_degree_min = sample.degree_min;
        }
        if (sample.degree_max > counts->mesh_degree_max) {
            counts->mesh_degree_max = sample.degree_max;
        }
    }
}

void fleet_finish_counts(struct fleet *fleet) {
    struct run_counts *counts = &fleet->counts;
    fleet_count_meshes(fleet, SCOPE_ALL, NULL, counts);
    counts->bytes_in_flight = fleet_bytes_in_flight(fleet);
    CHECK(run_bytes_sent(counts) == run_bytes_known(counts));
    uint64_t handled =
        counts->deliveries + counts->deliveries_unexpected + counts->duplicates + counts->ignored;
    CHECK(handled <= counts->message_arrivals);
    CHECK(handled == counts->message_arrivals || may_leave_messages(fleet));
}

static void write_names(struct fleet *fleet, struct arena *scratch, enum trace_section section,
                        uint32_t count) {
    size_t size = 0;
    for (uint32_t pass = 0; pass < 2; pass++) {
        char *text = pass == 0 ? NULL : arena_take(scratch, MEMORY_TRACE, size);
        size = 0;
        for (uint32_t i = 0; i < count; i++) {
            const char *name = section == TRACE_SECTION_TOPICS
                                   ? fleet->scenario->topics[i].name
                                   : fleet->scenario->regions.items[i].name;
            size_t bytes = strlen(name) + 1;
            if (text != NULL) {
                memcpy(text + size, name, bytes);
            }
            size += bytes;
        }
        if (text != NULL) {
            trace_writer_text(fleet->writer, section, text, size);
        }
    }
}

static void write_nodes(struct fleet *fleet, struct arena *scratch) {
    uint32_t nodes = fleet->topology.node_count;
    struct trace_node *rows = arena_take_array(scratch, MEMORY_TRACE, nodes, sizeof *rows);
    for (uint32_t node = 0; node < nodes; node++) {
        rows[node] = (struct trace_node){
            .region = fleet->plan.region == NULL ? TRACE_NONE : fleet->plan.region[node],
            .degree = fleet->topology.slot_first[node + 1] - fleet->topology.slot_first[node],
            .start_ns = fleet->plan.start_ns[node],
        };
    }
    trace_writer_table(fleet->writer, TRACE_SECTION_NODES, rows, nodes);
}

/** Who dialled on the link of a slot, whose owner is the lower node. */
static enum trace_dialled dialled_of(const struct topology *topology, uint64_t slot) {
    if (topology->dialled == NULL) {
        return TRACE_DIALLED_UNKNOWN;
    }
    return bitset_has(topology->dialled, (uint32_t)slot) ? TRACE_DIALLED_BY_A : TRACE_DIALLED_BY_B;
}

static void write_links(struct fleet *fleet, struct arena *scratch) {
    const struct topology *topology = &fleet->topology;
    if (topology->link_count > TRACE_LINKS_MAX) {
        return;
    }
    struct trace_link *rows =
        arena_take_array(scratch, MEMORY_TRACE, topology->link_count, sizeof *rows);
    uint64_t count = 0;
    for (uint64_t slot = 0; slot < 2 * topology->link_count; slot++) {
        if (topology->owner[slot] < topology->peer[slot]) {
            rows[count++] = (struct trace_link){.a = topology->owner[slot],
                                                .b = topology->peer[slot],
                                                .delay_ns = links_delay_ns(&fleet->sim.links, slot),
                                                .dialled = dialled_of(topology, slot)};
        }
    }
    CHECK(count == topology->link_count);
    trace_writer_table(fleet->writer, TRACE_SECTION_LINKS, rows, count);
}

void fleet_write_head(struct fleet *fleet) {
    if (fleet->writer == NULL) {
        return;
    }
    size_t size = 0;
    struct arena *scratch = arena_aside(fleet->arena);
    const char *text = scenario_write(scratch, fleet->scenario, &size);
    trace_writer_text(fleet->writer, TRACE_SECTION_SCENARIO, text, size);
    write_names(fleet, scratch, TRACE_SECTION_TOPICS, fleet->scenario->topic_count);
    if (fleet->scenario->regions.count > 0) {
        write_names(fleet, scratch, TRACE_SECTION_REGIONS, fleet->scenario->regions.count);
    }
    write_nodes(fleet, scratch);
    write_links(fleet, scratch);
    arena_destroy(scratch);
}

static void write_messages(struct fleet *fleet) {
    uint32_t count = fleet->plan.message_count;
    struct trace_message *rows = arena_take_array(fleet->arena, MEMORY_TRACE, count, sizeof *rows);
    for (uint32_t i = 0; i < count; i++) {
        const struct plan_message *planned = &fleet->plan.messages[i];
        rows[i] = (struct trace_message){
            .published_at_ns = planned->at_ns,
            .origin = planned->origin,
            .topic = planned->topic,
            .size_bytes = planned->size_bytes,
            .expected = planned->expected_count,
            .deliveries = fleet->tallies[i].deliveries,
            .duplicates = fleet->tallies[i].duplicates,
            .seqno = fleet->messages.items[i].seqno,
        };
    }
    trace_writer_table(fleet->writer, TRACE_SECTION_MESSAGES, rows, count);
}

void fleet_write_tail(struct fleet *fleet, struct digest digest) {
    struct trace_writer *writer = fleet->writer;
    if (writer == NULL) {
        return;
    }
    trace_writer_table(writer, TRACE_SECTION_SAMPLES, fleet->samples, fleet->sample_count);
    trace_writer_table(writer, TRACE_SECTION_TRAFFIC, fleet->traffic, fleet->traffic_count);
    write_messages(fleet);
    struct trace_summary summary = {
        .seed = fleet->scenario->seed,
        .digest_high = digest.high,
        .digest_low = digest.low,
        .virtual_ns = fleet->sim.now_ns,
        .nodes = fleet->topology.node_count,
        .links = fleet->topology.link_count,
        .records = fleet->counts.records,
    };
    trace_writer_table(writer, TRACE_SECTION_SUMMARY, &summary, 1);
}
