// Odd combinations: whatever set of quirks routers have, and whatever happens to them, what must
// hold of every router holds after every step, and no RPC is lost or given back twice. The name of
// a test that fails holds its seed and quirks.
#include "tests/conformance/swarm.h"
#include "tests/support/unit.h"

#include <inttypes.h>
#include <stdio.h>

enum { CASES = 2000, PAIRS = 50, NAME_BYTES = 96 };

/** A swarm, or a pair of them. */
struct swarm_case {
    uint64_t seed;
    uint64_t quirks[NETWORK_GROUPS];
    char name[NAME_BYTES];
};

static const uint64_t all_quirks =
    QUIRK_COUNT == 64 ? UINT64_MAX : (UINT64_C(1) << (QUIRK_COUNT % 64)) - 1;

static uint64_t draw_quirks(struct prng *prng, uint64_t seed) {
    uint64_t one = quirk_bit((enum quirk)(seed % QUIRK_COUNT));
    switch (prng_below(prng, 6)) {
    case 0:
        return one;
    case 1:
        return quirks_of_nim_2020() & ~one;
    case 2:
        return quirks_of_nim_2020();
    case 3:
        return 0;
    case 4:
        return prng_next(prng) & all_quirks;
    default:
        return prng_next(prng) & prng_next(prng) & all_quirks;
    }
}

static void given_any_quirks_when_anything_happens_then_routers_stay_sound(void **state) {
    const struct swarm_case *swarm = *state;
    struct network_options options = swarm_options(swarm->seed, swarm->quirks);

    struct network *n = swarm_run(&options);

    assert_true(n->event_count > 0);
    network_destroy(n);
}

static void expect_equal_events(const struct network *a, const struct network *b) {
    assert_int_equal(a->event_count, b->event_count);
    for (uint32_t i = 0; i < a->event_count; i++) {
        const struct network_event *x = &a->events[i];
        const struct network_event *y = &b->events[i];
        assert_int_equal(x->node, y->node);
        assert_int_equal(x->effect.kind, y->effect.kind);
        assert_int_equal(x->effect.trace_kind, y->effect.trace_kind);
        assert_int_equal(x->effect.reason, y->effect.reason);
        assert_int_equal(x->effect.calls, y->effect.calls);
        assert_int_equal(x->effect.slot, y->effect.slot);
        assert_int_equal(x->effect.value, y->effect.value);
        assert_int_equal(x->effect.topic, y->effect.topic);
        assert_int_equal(x->rpc.entry_count, y->rpc.entry_count);
        assert_int_equal(x->rpc.size_bytes, y->rpc.size_bytes);
        if (x->rpc.entry_count > 0) {
            assert_int_equal(rpc_digest(&x->rpc), rpc_digest(&y->rpc));
        }
    }
}

/** Two builds of one swarm: of the specification, and of nim-2020 with each quirk switched off. */
static void given_nim_2020_without_its_quirks_when_driven_then_it_is_as_specified(void **state) {
    const struct swarm_case *swarm = *state;
    uint64_t left = quirks_of_nim_2020();
    for (size_t i = 0; i < quirk_row_count; i++) {
        if (quirk_rows[i].quirk != QUIRK_COUNT) {
            left &= ~quirk_bit(quirk_rows[i].quirk);
        }
    }
    struct network_options specified = swarm_options(swarm->seed, (uint64_t[NETWORK_GROUPS]){0});
    struct network_options emptied =
        swarm_options(swarm->seed, (uint64_t[NETWORK_GROUPS]){left, left});

    struct network *a = swarm_run(&specified);
    struct network *b = swarm_run(&emptied);

    expect_equal_events(a, b);
    network_destroy(a);
    network_destroy(b);
}

static void fill_case(struct swarm_case *swarm, uint64_t seed) {
    struct prng prng = prng_stream(seed, STREAM_FAULT, 0);
    swarm->seed = seed;
    for (uint32_t group = 0; group < NETWORK_GROUPS; group++) {
        swarm->quirks[group] = draw_quirks(&prng, seed + group);
    }
    if (prng_below(&prng, 2) == 0) {
        swarm->quirks[1] = swarm->quirks[0];
    }
    snprintf(swarm->name, sizeof swarm->name,
             "seed %" PRIu64 ", quirks %016" PRIx64 " and %016" PRIx64, seed, swarm->quirks[0],
             swarm->quirks[1]);
}

int main(void) {
    static struct swarm_case cases[CASES];
    static struct CMUnitTest tests[CASES + PAIRS];
    for (uint32_t i = 0; i < CASES; i++) {
        fill_case(&cases[i], i + 1);
        tests[i] = (struct CMUnitTest){
            .name = cases[i].name,
            .test_func = given_any_quirks_when_anything_happens_then_routers_stay_sound,
            .initial_state = &cases[i],
        };
    }
    for (uint32_t i = 0; i < PAIRS; i++) {
        tests[CASES + i] = (struct CMUnitTest){
            .name = cases[i].name,
            .test_func = given_nim_2020_without_its_quirks_when_driven_then_it_is_as_specified,
            .initial_state = &cases[i],
        };
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
