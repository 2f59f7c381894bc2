// What each role makes a router send and not send, beside what it does without: nothing else is
// changed. Issue 4, point 4.
#include "tests/support/router_fixture.h"
#include "tests/support/unit.h"

enum { TOPIC, CENSORED = FIXTURE_STRANGER, OTHER = 2, MEMBERS = 6, PEERS = 20 };

static const uint64_t censored[1] = {UINT64_C(1) << CENSORED};

/** A router with a mesh of six of its twenty peers. */
static struct fixture *meshed(const struct role_set *set) {
    struct fixture *f = fixture_create(&(struct fixture_options){.peers = PEERS, .invented = 64});
    fixture_form_mesh(f, TOPIC, MEMBERS);
    fixture_set_roles(f, set);
    return f;
}

static uint32_t receive_from(struct fixture *f, uint32_t origin) {
    uint32_t message = fixture_new_message(f, TOPIC, origin);
    fixture_peer_sends_message(f, 0, message, 0);
    return message;
}

static uint64_t end(struct fixture *f, uint64_t number) {
    fixture_destroy(f);
    return number;
}

/** Pushes of a message that came from a member of the mesh. */
static uint64_t pushes(const struct role_set *set) {
    struct fixture *f = meshed(set);
    receive_from(f, CENSORED);
    return end(f, fixture_sent_count(f, TRACE_RPC_MESSAGES));
}

static uint64_t pushes_of_another(const struct role_set *set) {
    struct fixture *f = meshed(set);
    receive_from(f, OTHER);
    return end(f, fixture_sent_count(f, TRACE_RPC_MESSAGES));
}

static uint64_t pushes_when_due(const struct role_set *set) {
    struct fixture *f = meshed(set);
    receive_from(f, CENSORED);
    if (fixture_effect_count(f, EFFECT_FORWARD_LATE) > 0) {
        fixture_forward_due(f, 0);
    }
    return end(f, fixture_sent_count(f, TRACE_RPC_MESSAGES));
}

static uint64_t deliveries(const struct role_set *set) {
    struct fixture *f = meshed(set);
    receive_from(f, CENSORED);
    return end(f, fixture_delivered_count(f));
}

static uint64_t own_pushes(const struct role_set *set) {
    struct fixture *f = meshed(set);
    fixture_publish(f, TOPIC);
    return end(f, fixture_sent_count(f, TRACE_RPC_MESSAGES));
}

static uint64_t ihaves(const struct role_set *set) {
    struct fixture *f = meshed(set);
    receive_from(f, CENSORED);
    fixture_heartbeat(f);
    return end(f, fixture_sent_count(f, TRACE_RPC_IHAVE));
}

static uint64_t ihaves_of_its_own(const struct role_set *set) {
    struct fixture *f = meshed(set);
    fixture_publish(f, TOPIC);
    fixture_heartbeat(f);
    return end(f, fixture_sent_count(f, TRACE_RPC_IHAVE));
}

static uint64_t ihaves_about_nothing(const struct role_set *set) {
    struct fixture *f = meshed(set);
    fixture_heartbeat(f);
    return end(f, fixture_sent_count(f, TRACE_RPC_IHAVE));
}

static uint64_t answers(const struct role_set *set) {
    struct fixture *f = meshed(set);
    uint32_t message = receive_from(f, CENSORED);
    fixture_forget(f);
    fixture_peer_sends_iwant(f, PEERS - 1, &message, 1);
    return end(f, fixture_sent_count(f, TRACE_RPC_MESSAGES));
}

/** A message from before the router had the role. */
static uint64_t answers_with_an_old_message(const struct role_set *set) {
    struct fixture *f = meshed(NULL);
    uint32_t message = receive_from(f, CENSORED);
    fixture_set_roles(f, set);
    fixture_forget(f);
    fixture_peer_sends_iwant(f, PEERS - 1, &message, 1);
    return end(f, fixture_sent_count(f, TRACE_RPC_MESSAGES));
}

static uint64_t iwants(const struct role_set *set) {
    struct fixture *f = meshed(set);
    receive_from(f, CENSORED);
    fixture_heartbeat(f);
    return end(f, fixture_sent_count(f, TRACE_RPC_IWANT));
}

/** A GRAFT of a stranger to the mesh: the tens are PRUNEs sent, the ones say it is in the mesh. */
static uint64_t answer_to_graft(const struct role_set *set) {
    struct fixture *f = meshed(set);
    fixture_peer_grafts(f, PEERS - 1, TOPIC);
    uint64_t pruned = fixture_sent_count(f, TRACE_RPC_PRUNE);
    return end(f, 10 * pruned + fixture_in_mesh(f, TOPIC, PEERS - 1));
}

/** A GRAFT of a member of the mesh, likewise. */
static uint64_t answer_to_graft_of_a_member(const struct role_set *set) {
    struct fixture *f = meshed(set);
    fixture_peer_grafts(f, 0, TOPIC);
    uint64_t pruned = fixture_sent_count(f, TRACE_RPC_PRUNE);
    return end(f, 10 * pruned + fixture_in_mesh(f, TOPIC, 0));
}

/** Members pruned us, all but two: the tens are GRAFTs sent, the ones what is in the mesh. */
static uint64_t refill(const struct role_set *set) {
    struct fixture *f = meshed(set);
    fixture_peers_prune(f, MEMBERS - 2, TOPIC);
    fixture_heartbeat(f);
    uint64_t grafts = fixture_sent_count(f, TRACE_RPC_GRAFT);
    return end(f, 10 * grafts + fixture_mesh_count(f, TOPIC));
}

static uint64_t grafts_at_joining(const struct role_set *set) {
    struct fixture *f = fixture_create(&(struct fixture_options){.peers = PEERS});
    fixture_set_roles(f, set);
    fixture_form_fanout(f, TOPIC, 3);
    fixture_subscribe(f, TOPIC);
    return end(f, fixture_sent_count(f, TRACE_RPC_GRAFT));
}

/** GRAFTs of three heartbeats; the mesh of six stays as it is. */
static uint64_t grafts_without_need(const struct role_set *set) {
    struct fixture *f = meshed(set);
    fixture_heartbeats(f, 3);
    assert_int_equal(fixture_mesh_count(f, TOPIC), MEMBERS);
    return end(f, fixture_sent_count(f, TRACE_RPC_GRAFT));
}

#define BIT(role) (UINT32_C(1) << (role))

static const struct {
    const char *name;
    struct role_set set;
    const char *what;
    uint64_t (*measure)(const struct role_set *set);
    uint64_t with;
    uint64_t without;
} rows[] = {
    {"never_forwards", {.roles = BIT(ROLE_NEVER_FORWARDS)}, "pushes", pushes, 0, 5},
    {"never_forwards", {.roles = BIT(ROLE_NEVER_FORWARDS)}, "deliveries", deliveries, 1, 1},
    {"never_forwards", {.roles = BIT(ROLE_NEVER_FORWARDS)}, "own pushes", own_pushes, 6, 6},
    {"never_forwards", {.roles = BIT(ROLE_NEVER_FORWARDS)}, "IHAVEs", ihaves, 0, 6},
    {"never_forwards", {.roles = BIT(ROLE_NEVER_FORWARDS)}, "own IHAVEs", ihaves_of_its_own, 6, 6},
    {"never_forwards", {.roles = BIT(ROLE_NEVER_FORWARDS)}, "answers", answers, 0, 1},
    {"never_forwards",
     {.roles = BIT(ROLE_NEVER_FORWARDS)},
     "answers with what it had before",
     answers_with_an_old_message,
     0,
     1},
    {"never_pushes", {.roles = BIT(ROLE_NEVER_PUSHES)}, "pushes", pushes, 0, 5},
    {"never_pushes", {.roles = BIT(ROLE_NEVER_PUSHES)}, "own pushes", own_pushes, 6, 6},
    {"never_pushes", {.roles = BIT(ROLE_NEVER_PUSHES)}, "IHAVEs", ihaves, 6, 6},
    {"never_pushes", {.roles = BIT(ROLE_NEVER_PUSHES)}, "answers", answers, 1, 1},
    {"forwards_late", {.roles = BIT(ROLE_FORWARDS_LATE)}, "pushes at once", pushes, 0, 5},
    {"forwards_late", {.roles = BIT(ROLE_FORWARDS_LATE)}, "pushes", pushes_when_due, 5, 5},
    {"forwards_late", {.roles = BIT(ROLE_FORWARDS_LATE)}, "deliveries", deliveries, 1, 1},
    {"forwards_late", {.roles = BIT(ROLE_FORWARDS_LATE)}, "answers before", answers, 0, 1},
    {"forwards_late", {.roles = BIT(ROLE_FORWARDS_LATE)}, "own pushes", own_pushes, 6, 6},
    {"forwards_late, never_pushes",
     {.roles = BIT(ROLE_FORWARDS_LATE) | BIT(ROLE_NEVER_PUSHES)},
     "pushes",
     pushes_when_due,
     0,
     5},
    {"censors", {.roles = BIT(ROLE_CENSORS), .censored = censored}, "pushes", pushes, 0, 5},
    {"censors", {.roles = BIT(ROLE_CENSORS), .censored = censored}, "IHAVEs", ihaves, 0, 6},
    {"censors", {.roles = BIT(ROLE_CENSORS), .censored = censored}, "answers", answers, 0, 1},
    {"censors",
     {.roles = BIT(ROLE_CENSORS), .censored = censored},
     "answers with what it had before",
     answers_with_an_old_message,
     0,
     1},
    {"censors",
     {.roles = BIT(ROLE_CENSORS), .censored = censored},
     "pushes of another",
     pushes_of_another,
     5,
     5},
    {"drops all", {.roles = BIT(ROLE_DROPS), .drops_ppb = 1000000000}, "pushes", pushes, 0, 5},
    {"drops all", {.roles = BIT(ROLE_DROPS), .drops_ppb = 1000000000}, "IHAVEs", ihaves, 0, 6},
    {"drops all", {.roles = BIT(ROLE_DROPS), .drops_ppb = 1000000000}, "own", own_pushes, 6, 6},
    {"drops none", {.roles = BIT(ROLE_DROPS)}, "pushes", pushes, 5, 5},
    {"never_gossips", {.roles = BIT(ROLE_NEVER_GOSSIPS)}, "IHAVEs", ihaves, 0, 6},
    {"never_gossips", {.roles = BIT(ROLE_NEVER_GOSSIPS)}, "pushes", pushes, 5, 5},
    {"never_gossips", {.roles = BIT(ROLE_NEVER_GOSSIPS)}, "answers", answers, 1, 1},
    {"never_answers_iwant", {.roles = BIT(ROLE_NEVER_ANSWERS_IWANT)}, "answers", answers, 0, 1},
    {"never_answers_iwant", {.roles = BIT(ROLE_NEVER_ANSWERS_IWANT)}, "IHAVEs", ihaves, 6, 6},
    {"never_answers_iwant", {.roles = BIT(ROLE_NEVER_ANSWERS_IWANT)}, "pushes", pushes, 5, 5},
    {"refuses_graft", {.roles = BIT(ROLE_REFUSES_GRAFT)}, "GRAFT", answer_to_graft, 10, 1},
    {"refuses_graft",
     {.roles = BIT(ROLE_REFUSES_GRAFT)},
     "GRAFT of a member",
     answer_to_graft_of_a_member,
     10,
     1},
    {"refuses_graft", {.roles = BIT(ROLE_REFUSES_GRAFT)}, "refill", refill, 46, 46},
    {"never_grafts", {.roles = BIT(ROLE_NEVER_GRAFTS)}, "refill", refill, 2, 46},
    {"never_grafts", {.roles = BIT(ROLE_NEVER_GRAFTS)}, "GRAFT", answer_to_graft, 1, 1},
    {"never_grafts", {.roles = BIT(ROLE_NEVER_GRAFTS)}, "joining", grafts_at_joining, 0, 6},
    {"floods_graft, to all",
     {.roles = BIT(ROLE_FLOODS_GRAFT)},
     "GRAFTs",
     grafts_without_need,
     UINT64_C(3) * PEERS,
     0},
    {"floods_graft, to 7",
     {.roles = BIT(ROLE_FLOODS_GRAFT), .graft_peers = 7},
     "GRAFTs",
     grafts_without_need,
     UINT64_C(3) * 7,
     0},
    {"floods_ihave, invented",
     {.roles = BIT(ROLE_FLOODS_IHAVE), .ihave_ids = 9},
     "IHAVEs about nothing",
     ihaves_about_nothing,
     PEERS,
     0},
    {"floods_ihave, cached",
     {.roles = BIT(ROLE_FLOODS_IHAVE)},
     "IHAVEs about nothing",
     ihaves_about_nothing,
     0,
     0},
    {"floods_ihave, cached", {.roles = BIT(ROLE_FLOODS_IHAVE)}, "IHAVEs", ihaves, PEERS + 6, 6},
    {"floods_ihave, cached, to 4",
     {.roles = BIT(ROLE_FLOODS_IHAVE), .ihave_peers = 4},
     "IHAVEs",
     ihaves,
     4 + 6,
     6},
    {"floods_iwant", {.roles = BIT(ROLE_FLOODS_IWANT)}, "IWANTs", iwants, PEERS, 0},
    {"floods_iwant, to 3",
     {.roles = BIT(ROLE_FLOODS_IWANT), .iwant_peers = 3},
     "IWANTs",
     iwants,
     3,
     0},
};

static void given_a_role_when_a_router_has_it_then_it_sends_what_the_role_says(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t with = rows[i].measure(&rows[i].set);
        uint64_t without = rows[i].measure(NULL);

        if (with != rows[i].with || without != rows[i].without) {
            fail_msg("%s: %s: %lu with it, %lu without", rows[i].name, rows[i].what,
                     (unsigned long)with, (unsigned long)without);
        }
    }
}

static void given_all_roles_when_looked_for_then_each_has_a_row(void **state) {
    (void)state;
    for (uint32_t role = 0; role < ROLE_COUNT; role++) {
        bool found = false;
        for (size_t i = 0; i < COUNT_OF(rows); i++) {
            found = found || (rows[i].set.roles == BIT(role) && rows[i].with != rows[i].without);
        }
        if (!found) {
            fail_msg("%s changes nothing that is measured", role_rows[role].name);
        }
    }
}

/** The router under test is the node that invented ids seem to come from. */
static void given_an_invented_id_when_advertised_then_it_is_asked_for(void **state) {
    (void)state;
    struct fixture *f = meshed(NULL);
    uint32_t invented = f->messages.count - 1;

    fixture_peer_sends_ihave(f, PEERS - 1, &invented, 1);

    assert_int_equal(fixture_sent_count(f, TRACE_RPC_IWANT), 1);
    fixture_destroy(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_role_when_a_router_has_it_then_it_sends_what_the_role_says),
        cmocka_unit_test(given_an_invented_id_when_advertised_then_it_is_asked_for),
        cmocka_unit_test(given_all_roles_when_looked_for_then_each_has_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
