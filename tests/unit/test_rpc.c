#include "tests/support/unit.h"

#include "router/rpc.h"
#include "tests/support/message_fixture.h"

enum { MESSAGES = 300, HANDLES = 3 * RPC_CHUNK_SIZE + 5 };

struct fixture {
    struct message_fixture world;
    struct rpc_slab slab;
};

static int begin(void **state) {
    static struct fixture fixture;
    message_fixture_init(&fixture.world, MESSAGES, false);
    while (fixture.world.published < MESSAGES) {
        message_fixture_publish(&fixture.world, FIXTURE_TOPIC_A, fixture.world.published);
    }
    rpc_slab_init(&fixture.slab, fixture.world.arena, &fixture.world.messages);
    *state = &fixture;
    return 0;
}

static int end(void **state) {
    struct fixture *f = *state;
    message_fixture_finish(&f->world);
    return 0;
}

static uint32_t sealed_graft(struct fixture *f) {
    uint32_t handle = rpc_create(&f->slab);
    rpc_add_graft(&f->slab, handle, FIXTURE_TOPIC_FOO);
    rpc_seal(&f->slab, handle);
    return handle;
}

static void given_numbers_when_measured_as_varints_then_seven_bits_take_a_byte(void **state) {
    (void)state;
    static const struct {
        uint64_t value;
        uint32_t bytes;
    } rows[] = {
        {0, 1},           {1, 1},
        {127, 1},         {128, 2},
        {16383, 2},       {16384, 3},
        {2097151, 3},     {2097152, 4},
        {1u << 28, 5},    {1ull << 35, 6},
        {1ull << 42, 7},  {1ull << 49, 8},
        {1ull << 56, 9},  {(1ull << 63) - 1, 9},
        {1ull << 63, 10}, {UINT64_MAX, 10},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(varint_bytes(rows[i].value), rows[i].bytes);
        assert_true(field_bytes(rows[i].value) == 1 + rows[i].bytes + rows[i].value);
    }
}

static void given_a_message_when_sealed_then_its_frame_is_that_of_the_message(void **state) {
    struct fixture *f = *state;

    for (uint32_t number = 0; number < MESSAGES; number++) {
        uint32_t handle = rpc_create(&f->slab);
        rpc_add_message(&f->slab, handle, number, 3);
        rpc_seal(&f->slab, handle);
        const struct rpc *rpc = rpc_at(&f->slab, handle);
        assert_int_equal(rpc->size_bytes, f->world.messages.items[number].frame_bytes);
        assert_int_equal(rpc->payload_bytes, number);
        assert_int_equal(rpc_entries(rpc)[0].kind, TRACE_RPC_MESSAGES);
        assert_int_equal(rpc_entries(rpc)[0].first, number);
        assert_int_equal(rpc_entries(rpc)[0].count, 3);
        rpc_release(&f->slab, handle);
    }
}

/** Letters for entries: S, U subscribe and unsubscribe, M message of 100 bytes, H IHAVE, W IWANT, i
 * an id, G, P. */
static uint32_t build(struct fixture *f, const char *entries, uint16_t topic) {
    uint32_t handle = rpc_create(&f->slab);
    for (const char *letter = entries; *letter != '\0'; letter++) {
        switch (*letter) {
        case 'S':
        case 'U':
            rpc_add_subscription(&f->slab, handle, topic, *letter == 'S');
            break;
        case 'M':
            rpc_add_message(&f->slab, handle, 100, 0);
            break;
        case 'H':
            rpc_add_ihave(&f->slab, handle, topic);
            break;
        case 'W':
            rpc_add_iwant(&f->slab, handle);
            break;
        case 'i':
            rpc_add_id(&f->slab, handle, 7);
            break;
        case 'G':
            rpc_add_graft(&f->slab, handle, topic);
            break;
        default:
            rpc_add_prune(&f->slab, handle, topic);
            break;
        }
    }
    rpc_seal(&f->slab, handle);
    return handle;
}

static void given_entries_when_sealed_then_sizes_are_those_counted_by_hand(void **state) {
    struct fixture *f = *state;
    // A message of 100 bytes for topic "a" is 155 bytes, 158 with key and length; an id takes 48.
    static const struct {
        const char *entries;
        uint16_t topic;
        uint32_t size_bytes;
        uint32_t payload_bytes;
    } rows[] = {
        {"S", FIXTURE_TOPIC_A, 1 + 7, 0},
        {"U", FIXTURE_TOPIC_EMPTY, 1 + 6, 0},
        {"SU", FIXTURE_TOPIC_A, 1 + 14, 0},
        {"G", FIXTURE_TOPIC_FOO, 1 + 9, 0},
        {"P", FIXTURE_TOPIC_FOO, 1 + 9, 0},
        {"GP", FIXTURE_TOPIC_FOO, 1 + 16, 0},
        {"M", FIXTURE_TOPIC_A, 2 + 158, 100},
        {"MM", FIXTURE_TOPIC_A, 2 + 316, 200},
        {"SM", FIXTURE_TOPIC_A, 2 + 165, 100},
        {"H", FIXTURE_TOPIC_A, 1 + 7, 0},
        {"Hi", FIXTURE_TOPIC_A, 1 + 55, 0},
        {"Hii", FIXTURE_TOPIC_A, 1 + 103, 0},
        {"Hiii", FIXTURE_TOPIC_A, 2 + 153, 0},
        {"W", FIXTURE_TOPIC_A, 1 + 4, 0},
        {"Wi", FIXTURE_TOPIC_A, 1 + 52, 0},
        {"HiWi", FIXTURE_TOPIC_A, 1 + 105, 0},
        {"SMHiWiGP", FIXTURE_TOPIC_A, 2 + 7 + 158 + 2 + 53 + 50 + 5 + 5, 100},
        {"G", FIXTURE_NAMED_TOPICS + 254, 2 + 3 + 3 + 3 + 255, 0},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint32_t handle = build(f, rows[i].entries, rows[i].topic);
        const struct rpc *rpc = rpc_at(&f->slab, handle);
        if (rpc->size_bytes != rows[i].size_bytes || rpc->payload_bytes != rows[i].payload_bytes) {
            fail_msg("%s: %u bytes, %u of payload", rows[i].entries, rpc->size_bytes,
                     rpc->payload_bytes);
        }
        rpc_release(&f->slab, handle);
    }
    assert_int_equal(f->slab.live, 0);
}

static void given_many_entries_when_added_then_they_stand_in_order(void **state) {
    struct fixture *f = *state;

    for (uint32_t count = 1; count <= 100; count++) {
        uint32_t handle = rpc_create(&f->slab);
        for (uint32_t i = 0; i < count; i++) {
            rpc_add_message(&f->slab, handle, i, i + 1);
        }
        rpc_seal(&f->slab, handle);
        const struct rpc *rpc = rpc_at(&f->slab, handle);
        assert_int_equal(rpc->entry_count, count);
        for (uint32_t i = 0; i < count; i++) {
            assert_int_equal(rpc_entries(rpc)[i].first, i);
            assert_int_equal(rpc_entries(rpc)[i].count, i + 1);
        }
        rpc_release(&f->slab, handle);
    }
}

static void given_id_lists_when_added_then_each_entry_has_its_own(void **state) {
    struct fixture *f = *state;
    uint32_t handle = rpc_create(&f->slab);

    rpc_add_ihave(&f->slab, handle, FIXTURE_TOPIC_A);
    for (uint32_t i = 0; i < 50; i++) {
        rpc_add_id(&f->slab, handle, i);
    }
    rpc_add_ihave(&f->slab, handle, FIXTURE_TOPIC_B);
    rpc_add_iwant(&f->slab, handle);
    rpc_add_id(&f->slab, handle, 70);
    rpc_seal(&f->slab, handle);

    const struct rpc *rpc = rpc_at(&f->slab, handle);
    const struct rpc_entry *entries = rpc_entries(rpc);
    assert_int_equal(rpc->entry_count, 3);
    assert_int_equal(rpc->id_count, 51);
    assert_int_equal(entries[0].first, 0);
    assert_int_equal(entries[0].count, 50);
    assert_int_equal(entries[1].topic, FIXTURE_TOPIC_B);
    assert_int_equal(entries[1].count, 0);
    assert_int_equal(entries[2].first, 50);
    assert_int_equal(entries[2].count, 1);
    assert_int_equal(rpc->ids[49], 49);
    assert_int_equal(rpc->ids[50], 70);
}

static void given_a_recycled_rpc_when_created_then_nothing_of_the_old_one_is_left(void **state) {
    struct fixture *f = *state;
    uint32_t old = build(f, "SSHiiWi", FIXTURE_TOPIC_A);
    rpc_at(&f->slab, old)->requested = true;
    rpc_at(&f->slab, old)->repeated = true;
    rpc_release(&f->slab, old);

    uint32_t handle = rpc_create(&f->slab);

    const struct rpc *rpc = rpc_at(&f->slab, handle);
    assert_int_equal(handle, old);
    assert_int_equal(rpc->entry_count, 0);
    assert_int_equal(rpc->references, 0);
    assert_int_equal(rpc->size_bytes, 0);
    assert_int_equal(rpc->payload_bytes, 0);
    assert_int_equal(rpc->id_count, 0);
    assert_null(rpc->ids);
    assert_null(rpc->entries);
    assert_false(rpc->requested);
    assert_false(rpc->repeated);
}

static void given_released_handles_when_created_then_the_latest_comes_first(void **state) {
    struct fixture *f = *state;
    uint32_t first = sealed_graft(f);
    uint32_t second = sealed_graft(f);
    uint32_t third = sealed_graft(f);

    rpc_release(&f->slab, third);
    rpc_release(&f->slab, first);
    rpc_release(&f->slab, second);

    assert_int_equal(rpc_create(&f->slab), second);
    assert_int_equal(rpc_create(&f->slab), first);
    assert_int_equal(rpc_create(&f->slab), third);
    assert_int_equal(f->slab.live, 3);
}

static void given_three_references_when_released_then_the_last_frees(void **state) {
    struct fixture *f = *state;
    uint32_t handle = sealed_graft(f);
    rpc_at(&f->slab, handle)->references = 3;

    for (uint32_t left = 3; left > 0; left--) {
        assert_int_equal(rpc_at(&f->slab, handle)->references, left);
        assert_int_equal(f->slab.live, 1);
        rpc_release(&f->slab, handle);
    }

    assert_int_equal(f->slab.live, 0);
    expect_assert_failure(rpc_release(&f->slab, handle));
}

static void given_an_unsent_rpc_when_released_once_then_it_is_freed(void **state) {
    struct fixture *f = *state;
    uint32_t sealed = sealed_graft(f);
    uint32_t open = rpc_create(&f->slab);

    rpc_release(&f->slab, sealed);
    rpc_release(&f->slab, open);

    assert_int_equal(f->slab.live, 0);
    expect_assert_failure(rpc_release(&f->slab, sealed));
    expect_assert_failure(rpc_release(&f->slab, open));
}

static uint32_t seal_graft(struct fixture *f, uint16_t topic) {
    uint32_t rpc = rpc_create(&f->slab);
    rpc_add_graft(&f->slab, rpc, topic);
    return rpc_seal_shared(&f->slab, rpc);
}

/** What says the same topic alone is one RPC for as long as somebody waits for it. */
static void given_alike_rpcs_when_sealed_then_those_on_their_way_are_shared(void **state) {
    struct fixture *f = *state;
    uint32_t first = seal_graft(f, FIXTURE_TOPIC_A);
    assert_int_not_equal(seal_graft(f, FIXTURE_TOPIC_A), first); // nobody waits for the first yet
    rpc_release_unsent(&f->slab, first);
    uint32_t sent = seal_graft(f, FIXTURE_TOPIC_A);
    rpc_at(&f->slab, sent)->references = 1;

    assert_int_equal(seal_graft(f, FIXTURE_TOPIC_A), sent);
    uint32_t other_topic = seal_graft(f, FIXTURE_TOPIC_FOO);
    assert_int_not_equal(other_topic, sent);
    uint32_t prune = rpc_create(&f->slab);
    rpc_add_prune(&f->slab, prune, FIXTURE_TOPIC_A);
    assert_int_not_equal(rpc_seal_shared(&f->slab, prune), sent);
    rpc_release(&f->slab, sent);
    uint32_t after = rpc_create(&f->slab); // the freed handle, now another RPC
    assert_int_equal(after, sent);
    rpc_add_message(&f->slab, after, 0, 0);
    rpc_seal(&f->slab, after);
    rpc_at(&f->slab, after)->references = 1;
    sent = seal_graft(f, FIXTURE_TOPIC_A);
    assert_int_not_equal(sent, after);
    rpc_at(&f->slab, sent)->references = 1;

    uint32_t merged = rpc_create(&f->slab);
    rpc_at(&f->slab, merged)->form = RPC_FORM_MERGED;
    rpc_add_graft(&f->slab, merged, FIXTURE_TOPIC_A);
    assert_int_not_equal(rpc_seal_shared(&f->slab, merged), sent);
}

static void given_subscriptions_when_sealed_then_sub_and_unsub_are_told_apart(void **state) {
    struct fixture *f = *state;
    uint32_t sealed[2];
    for (uint32_t subscribe = 0; subscribe < 2; subscribe++) {
        uint32_t rpc = rpc_create(&f->slab);
        rpc_add_subscription(&f->slab, rpc, 0, subscribe == 1);
        sealed[subscribe] = rpc_seal_shared(&f->slab, rpc);
        rpc_at(&f->slab, sealed[subscribe])->references = 1;
    }
    assert_int_not_equal(sealed[0], sealed[1]);
    uint32_t several = rpc_create(&f->slab);
    rpc_add_subscription(&f->slab, several, 0, true);
    rpc_add_subscription(&f->slab, several, 1, true);
    assert_int_equal(rpc_seal_shared(&f->slab, several), several);
}

static void given_more_than_a_chunk_when_live_then_all_are_distinct_and_come_back(void **state) {
    struct fixture *f = *state;
    for (uint32_t i = 0; i < HANDLES; i++) {
        uint32_t handle = rpc_create(&f->slab);
        assert_int_equal(handle, i);
        rpc_add_message(&f->slab, handle, i % MESSAGES, i);
        rpc_seal(&f->slab, handle);
    }
    for (uint32_t i = 0; i < HANDLES; i++) {
        assert_int_equal(rpc_at(&f->slab, i)->entry.count, i);
    }
    assert_int_equal(f->slab.live, HANDLES);
    size_t before = arena_bytes(f->world.arena, MEMORY_MESSAGES);

    for (uint32_t i = 0; i < HANDLES; i++) {
        rpc_release(&f->slab, i);
    }
    assert_int_equal(f->slab.live, 0);
    for (uint32_t i = HANDLES; i > 0; i--) {
        assert_int_equal(rpc_create(&f->slab), i - 1);
    }

    assert_int_equal(arena_bytes(f->world.arena, MEMORY_MESSAGES), before);
    assert_int_equal(f->slab.used, HANDLES);
}

static void given_traffic_of_one_kind_when_repeated_then_memory_does_not_grow(void **state) {
    struct fixture *f = *state;
    static const char *const kinds[] = {"M", "G", "SSSSSSSSSS", "Hiiiiiiiiiiiiiiiiiiiii", "MMHiWi"};

    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        rpc_release(&f->slab, build(f, kinds[i], FIXTURE_TOPIC_A));
        size_t before = arena_bytes(f->world.arena, MEMORY_MESSAGES);
        for (uint32_t round = 0; round < 1000; round++) {
            rpc_release(&f->slab, build(f, kinds[i], FIXTURE_TOPIC_A));
        }
        if (arena_bytes(f->world.arena, MEMORY_MESSAGES) != before) {
            fail_msg("%s: grew", kinds[i]);
        }
    }
}

static void given_a_single_entry_when_built_then_no_block_is_taken(void **state) {
    struct fixture *f = *state;
    static const char *const kinds[] = {"S", "M", "H", "W", "G", "P"};
    rpc_release(&f->slab, rpc_create(&f->slab));
    size_t before = arena_bytes(f->world.arena, MEMORY_MESSAGES);

    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        uint32_t handle = build(f, kinds[i], FIXTURE_TOPIC_A);
        assert_null(rpc_at(&f->slab, handle)->entries);
        assert_null(rpc_at(&f->slab, handle)->ids);
    }

    assert_int_equal(arena_bytes(f->world.arena, MEMORY_MESSAGES), before);
}

static void given_entries_out_of_order_when_added_then_check_fails(void **state) {
    struct fixture *f = *state;
    uint32_t handle = rpc_create(&f->slab);
    rpc_add_graft(&f->slab, handle, FIXTURE_TOPIC_A);

    expect_assert_failure(rpc_add_subscription(&f->slab, handle, FIXTURE_TOPIC_A, true));
    expect_assert_failure(rpc_add_message(&f->slab, handle, 0, 0));
    expect_assert_failure(rpc_add_ihave(&f->slab, handle, FIXTURE_TOPIC_A));
    expect_assert_failure(rpc_add_iwant(&f->slab, handle));
    rpc_add_prune(&f->slab, handle, FIXTURE_TOPIC_A);
    expect_assert_failure(rpc_add_graft(&f->slab, handle, FIXTURE_TOPIC_A));
}

static void given_no_list_of_ids_when_an_id_is_added_then_check_fails(void **state) {
    struct fixture *f = *state;
    uint32_t empty = rpc_create(&f->slab);
    uint32_t message = rpc_create(&f->slab);
    uint32_t graft = rpc_create(&f->slab);
    rpc_add_message(&f->slab, message, 0, 0);
    rpc_add_iwant(&f->slab, graft);
    rpc_add_graft(&f->slab, graft, FIXTURE_TOPIC_A);

    expect_assert_failure(rpc_add_id(&f->slab, empty, 0));
    expect_assert_failure(rpc_add_id(&f->slab, message, 0));
    expect_assert_failure(rpc_add_id(&f->slab, graft, 0));
}

static void given_a_sealed_sent_or_freed_rpc_when_changed_then_check_fails(void **state) {
    struct fixture *f = *state;
    uint32_t sealed = sealed_graft(f);
    uint32_t sent = rpc_create(&f->slab);
    uint32_t freed = sealed_graft(f);
    uint32_t empty = rpc_create(&f->slab);
    rpc_at(&f->slab, sent)->references = 1;
    rpc_release(&f->slab, freed);

    expect_assert_failure(rpc_add_graft(&f->slab, sealed, FIXTURE_TOPIC_A));
    expect_assert_failure(rpc_seal(&f->slab, sealed));
    expect_assert_failure(rpc_add_graft(&f->slab, sent, FIXTURE_TOPIC_A));
    expect_assert_failure(rpc_add_graft(&f->slab, freed, FIXTURE_TOPIC_A));
    expect_assert_failure(rpc_add_message(&f->slab, freed, 0, 0));
    expect_assert_failure(rpc_seal(&f->slab, freed));
    expect_assert_failure(rpc_seal(&f->slab, empty));
}

static void given_unknown_numbers_when_used_then_check_fails(void **state) {
    struct fixture *f = *state;
    uint32_t handle = rpc_create(&f->slab);
    f->world.messages.items[9].published = false;

    expect_assert_failure(rpc_add_graft(&f->slab, handle, FIXTURE_TOPICS));
    expect_assert_failure(rpc_add_prune(&f->slab, handle, UINT16_MAX));
    expect_assert_failure(rpc_add_ihave(&f->slab, handle, FIXTURE_TOPICS));
    expect_assert_failure(rpc_add_subscription(&f->slab, handle, FIXTURE_TOPICS, true));
    expect_assert_failure(rpc_add_message(&f->slab, handle, MESSAGES, 0));
    expect_assert_failure(rpc_at(&f->slab, handle + 1));
    expect_assert_failure(rpc_release(&f->slab, RPC_NONE));
    rpc_add_message(&f->slab, handle, 9, 0);
    expect_assert_failure(rpc_seal(&f->slab, handle));
}

/** Two RPCs read from different bytes, of which a decoder left the same, are different RPCs. */
static void given_rpcs_that_say_the_same_when_digested_then_the_bytes_read_tell(void **state) {
    struct fixture *f = *state;
    static const struct {
        const char *name;
        uint32_t first_bytes;
        uint32_t second_bytes;
        bool same;
    } rows[] = {
        {"written by us", 0, 0, true},
        {"the same bytes", 7, 7, true},
        {"other bytes", 7, 8, false},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint32_t first = sealed_graft(f);
        uint32_t second = sealed_graft(f);
        rpc_at(&f->slab, first)->read_digest = rows[i].first_bytes;
        rpc_at(&f->slab, second)->read_digest = rows[i].second_bytes;

        bool same = rpc_digest(rpc_at(&f->slab, first)) == rpc_digest(rpc_at(&f->slab, second));

        if (same != rows[i].same) {
            fail_msg("%s", rows[i].name);
        }
        rpc_release(&f->slab, first);
        rpc_release(&f->slab, second);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_numbers_when_measured_as_varints_then_seven_bits_take_a_byte),
        cmocka_unit_test_setup_teardown(
            given_a_message_when_sealed_then_its_frame_is_that_of_the_message, begin, end),
        cmocka_unit_test_setup_teardown(
            given_entries_when_sealed_then_sizes_are_those_counted_by_hand, begin, end),
        cmocka_unit_test_setup_teardown(given_many_entries_when_added_then_they_stand_in_order,
                                        begin, end),
        cmocka_unit_test_setup_teardown(given_id_lists_when_added_then_each_entry_has_its_own,
                                        begin, end),
        cmocka_unit_test_setup_teardown(
            given_a_recycled_rpc_when_created_then_nothing_of_the_old_one_is_left, begin, end),
        cmocka_unit_test_setup_teardown(
            given_released_handles_when_created_then_the_latest_comes_first, begin, end),
        cmocka_unit_test_setup_teardown(given_three_references_when_released_then_the_last_frees,
                                        begin, end),
        cmocka_unit_test_setup_teardown(given_an_unsent_rpc_when_released_once_then_it_is_freed,
                                        begin, end),
        cmocka_unit_test_setup_teardown(
            given_alike_rpcs_when_sealed_then_those_on_their_way_are_shared, begin, end),
        cmocka_unit_test_setup_teardown(
            given_subscriptions_when_sealed_then_sub_and_unsub_are_told_apart, begin, end),
        cmocka_unit_test_setup_teardown(
            given_more_than_a_chunk_when_live_then_all_are_distinct_and_come_back, begin, end),
        cmocka_unit_test_setup_teardown(
            given_traffic_of_one_kind_when_repeated_then_memory_does_not_grow, begin, end),
        cmocka_unit_test_setup_teardown(given_a_single_entry_when_built_then_no_block_is_taken,
                                        begin, end),
        cmocka_unit_test_setup_teardown(given_entries_out_of_order_when_added_then_check_fails,
                                        begin, end),
        cmocka_unit_test_setup_teardown(given_no_list_of_ids_when_an_id_is_added_then_check_fails,
                                        begin, end),
        cmocka_unit_test_setup_teardown(
            given_a_sealed_sent_or_freed_rpc_when_changed_then_check_fails, begin, end),
        cmocka_unit_test_setup_teardown(
            given_rpcs_that_say_the_same_when_digested_then_the_bytes_read_tell, begin, end),
        cmocka_unit_test_setup_teardown(given_unknown_numbers_when_used_then_check_fails, begin,
                                        end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
