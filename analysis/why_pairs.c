// Which nodes `why` looks at the second time: the way of the first copy, and the neighbours of the
// node in focus.
#include "analysis/why_parts.h"

#include "analysis/adjacency.h"

/** A node of the way back from `node`, as far as it is known; TRACE_NONE at its end. */
static uint32_t parent_of(const struct why_survey *survey, uint32_t node) {
    uint32_t parent = survey->from[node];
    bool known = parent < survey->node_count && node != survey->publisher;
    return known ? parent : TRACE_NONE;
}

/** How many hops the way to a node has. A damaged trace might go in circles. */
static uint32_t count_hops(const struct why_survey *survey, uint32_t node) {
    uint32_t count = 0;
    for (uint32_t at = node; parent_of(survey, at) != TRACE_NONE && count < survey->node_count;
         at = parent_of(survey, at)) {
        count++;
    }
    return count < survey->node_count ? count : 0;
}

static bool relays(const struct why_survey *survey, uint32_t node) {
    const uint8_t both = WHY_UP_THEN | WHY_SUBSCRIBED_THEN;
    return (survey->flags[node] & both) == both;
}

static struct adjacency links_of(const struct why_evidence *evidence) {
    const struct record_scene *scene = evidence->survey->scene;
    const struct run_data run = {.node_count = scene->node_count,
                                 .links = (struct trace_link *)scene->links,
                                 .link_count = scene->link_count};
    return adjacency_of(&run, evidence->arena);
}

static bool is_next_to_holder(const struct why_survey *survey, const struct adjacency *links,
                              uint32_t node) {
    for (uint32_t i = links->first[node]; i < links->first[node + 1]; i++) {
        if (survey->had_ns[links->peers[i]] != WHY_NEVER) {
            return true;
        }
    }
    return false;
}

/**
 * The nearest node, by way of such that pass messages of the topic on, that is next to one that had
 * the message; TRACE_NONE if there is none. Breadth first, in the order of the links.
 */
static uint32_t find_focus(const struct why_evidence *evidence, const struct adjacency *links) {
    const struct why_survey *survey = evidence->survey;
    uint32_t nodes = survey->node_count;
    uint32_t *queue = arena_take_array(evidence->arena, MEMORY_TABLES, nodes, sizeof *queue);
    uint8_t *met = arena_take_array(evidence->arena, MEMORY_TABLES, nodes, sizeof *met);
    uint32_t count = 0;
    queue[count++] = evidence->question->node;
    met[evidence->question->node] = 1;
    for (uint32_t next = 0; next < count; next++) {
        uint32_t node = queue[next];
        if (is_next_to_holder(survey, links, node)) {
            return node;
        }
        for (uint32_t i = links->first[node]; i < links->first[node + 1]; i++) {
            uint32_t peer = links->peers[i];
            if (met[peer] == 0 && relays(survey, peer)) {
                met[peer] = 1;
                queue[count++] = peer;
            }
        }
    }
    return TRACE_NONE;
}

static struct why_pair *add_pair(struct why_evidence *evidence, uint32_t holder, uint32_t node) {
    struct why_pair *pair = &evidence->pairs[evidence->pair_count++];
    *pair = (struct why_pair){
        .holder = holder,
        .node = node,
        .told_ns = -1,
        .asked_ns = -1,
        .beat_ns = -1,
        .pruned = {.at_ns = -1},
        .obstacle = {.at_ns = -1},
        .last_came = TRACE_NONE,
        .facts = {.node = holder, .had_ns = -1, .absent_until_ns = -1},
    };
    evidence->watched[holder] = 1;
    evidence->watched[node] = 1;
    return pair;
}

/** A pair for each hop but the last, which is one of the pairs of the focus. */
static void add_path(struct why_evidence *evidence, uint32_t hops) {
    const struct why_survey *survey = evidence->survey;
    uint32_t node = parent_of(survey, evidence->question->node);
    for (uint32_t i = 1; i < hops; i++) {
        uint32_t parent = parent_of(survey, node);
        add_pair(evidence, parent, node)->on_path = true;
        evidence->as_child[node] = evidence->pair_count;
        evidence->as_parent[parent] = evidence->pair_count;
        node = parent;
    }
    evidence->path_count = evidence->pair_count;
}

/** A pair for each neighbour of the focus. */
static void add_neighbours(struct why_evidence *evidence, const uint32_t *peers, uint32_t count) {
    uint32_t node = evidence->question->node;
    uint32_t parent = parent_of(evidence->survey, node);
    for (uint32_t i = 0; i < count; i++) {
        struct why_pair *pair = add_pair(evidence, peers[i], evidence->focus);
        evidence->as_neighbour[peers[i]] = evidence->pair_count;
        if (evidence->focus == node && peers[i] == parent) {
            pair->on_path = evidence->survey->had_ns[node] != WHY_NEVER;
            evidence->as_child[node] = evidence->pair_count;
        }
    }
}

void why_choose_pairs(struct why_evidence *evidence) {
    const struct why_survey *survey = evidence->survey;
    struct arena *arena = evidence->arena;
    uint32_t node = evidence->question->node;
    size_t nodes = survey->node_count;
    bool delivered = survey->had_ns[node] != WHY_NEVER;
    uint32_t hops = delivered ? count_hops(survey, node) : 0;
    struct adjacency links = {0};
    const uint32_t *peers = survey->peers;
    uint32_t peer_count = survey->peer_count;
    evidence->focus = node;
    if (survey->scene->link_count > 0) {
        links = links_of(evidence);
        bool far = !delivered && survey->published_ns >= 0 && !survey->skipped;
        evidence->focus = far && relays(survey, node) ? find_focus(evidence, &links) : node;
        uint32_t focus = evidence->focus == TRACE_NONE ? node : evidence->focus;
        peers = links.peers + links.first[focus];
        peer_count = adjacency_degree(&links, focus);
    }
    evidence->pairs =
        arena_take_array(arena, MEMORY_TABLES, hops + peer_count + 1, sizeof *evidence->pairs);
    evidence->as_child = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof(uint32_t));
    evidence->as_parent = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof(uint32_t));
    evidence->as_neighbour = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof(uint32_t));
    evidence->watched = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof(uint8_t));
    evidence->paused_ns = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof(int64_t));
    evidence->ended_ns = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof(int64_t));
    for (size_t i = 0; i < nodes; i++) {
        evidence->paused_ns[i] = evidence->ended_ns[i] = -1;
    }
    evidence->watched[node] = 1;
    if (survey->publisher < survey->node_count) {
        evidence->watched[survey->publisher] = 1;
    }
    add_path(evidence, hops);
    if (evidence->focus == TRACE_NONE) {
        evidence->focus = node;
        return;
    }
    add_neighbours(evidence, peers, peer_count);
}
