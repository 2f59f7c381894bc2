#include "tests/support/router_fixture.h"
#include "tests/support/unit.h"

enum { TOPIC };

/** A router with a mesh of all its peers, whose application validates. */
static struct fixture *given_validators(uint64_t quirks, bool spare_senders) {
    struct fixture *f = fixture_create(&(struct fixture_options){
        .peers = 5,
        .validators = true,
        .params = {.quirks = quirks, .spare_senders = spare_senders},
    });
    fixture_form_mesh(f, TOPIC, 5);
    return f;
}

static void given_validators_when_accepted_then_delivered_and_forwarded_only_then(void **state) {
    (void)state;
    struct fixture *f = given_validators(0, false);
    uint32_t message = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);

    fixture_peer_sends_message(f, 0, message, 2);
    assert_int_equal(fixture_effect_count(f, EFFECT_VALIDATE), 1);
    assert_int_equal(fixture_delivered_count(f), 0);
    assert_int_equal(fixture_sent_count(f, TRACE_RPC_MESSAGES), 0);
    fixture_validated(f, message, true);

    assert_int_equal(fixture_effect(f, EFFECT_DELIVER, 0)->effect.value, 3);
    assert_int_equal(fixture_effect(f, EFFECT_DELIVER, 0)->effect.reason, REASON_PUSHED);
    assert_int_equal(fixture_sent_count(f, TRACE_RPC_MESSAGES), 4);
    assert_int_equal(fixture_sent_to(f, 0, TRACE_RPC_MESSAGES), 0);
    fixture_destroy(f);
}

/** The specification marks a message after it was validated, the 2020 router before. */
static void given_a_rejected_message_when_it_comes_again_then_the_quirk_decides(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint64_t quirks;
        uint32_t asked;
        uint32_t duplicates;
    } rows[] = {
        {"validate, then mark", 0, 2, 0},
        {"mark, then validate", UINT64_C(1) << QUIRK_SEEN_BEFORE_VALIDATION, 1, 1},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = given_validators(rows[i].quirks, false);
        uint32_t message = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
        fixture_peer_sends_message(f, 0, message, 0);
        fixture_validated(f, message, false);
        fixture_expect_reason(f, REASON_REJECTED);

        fixture_peer_sends_message(f, 1, message, 0);

        fixture_expect_equal(rows[i].name, "asked", fixture_effect_count(f, EFFECT_VALIDATE),
                             rows[i].asked);
        fixture_expect_equal(rows[i].name, "duplicates", fixture_effect_count(f, EFFECT_DUPLICATE),
                             rows[i].duplicates);
        assert_int_equal(fixture_delivered_count(f), 0);
        assert_int_equal(fixture_sent_count(f, TRACE_RPC_MESSAGES), 0);
        fixture_destroy(f);
    }
}

static void given_copies_meanwhile_when_accepted_then_spare_senders_decides(void **state) {
    (void)state;
    static const struct {
        const char *name;
        bool spare_senders;
        uint32_t sent;
    } rows[] = {{"the deliverer alone is spared", false, 4}, {"all senders are spared", true, 2}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = given_validators(0, rows[i].spare_senders);
        uint32_t message = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
        fixture_peer_sends_message(f, 0, message, 0);
        fixture_peer_sends_message(f, 1, message, 0);
        fixture_peer_sends_message(f, 2, message, 0);
        assert_int_equal(fixture_effect_count(f, EFFECT_DUPLICATE), 2);

        fixture_validated(f, message, true);

        fixture_expect_equal(rows[i].name, "sent", fixture_sent_count(f, TRACE_RPC_MESSAGES),
                             rows[i].sent);
        fixture_destroy(f);
    }
}

/** What its deliverer sends meanwhile is read in order afterwards; other peers are read at once. */
static void given_a_waiting_reader_when_accepted_then_the_rest_is_read_in_order(void **state) {
    (void)state;
    struct fixture *f = given_validators(UINT64_C(1) << QUIRK_READER_WAITS, false);
    uint32_t first = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
    uint32_t second = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
    uint32_t both = rpc_create(&f->rpcs);
    rpc_add_message(&f->rpcs, both, first, 0);
    rpc_add_message(&f->rpcs, both, second, 0);
    rpc_add_prune(&f->rpcs, both, TOPIC);
    fixture_peer_sends(f, 0, both);
    fixture_peer_subscribes(f, 0, 1);
    fixture_peer_prunes(f, 1, TOPIC);
    assert_int_equal(fixture_effect_count(f, EFFECT_VALIDATE), 1);
    assert_true(fixture_in_mesh(f, TOPIC, 0));
    assert_false(fixture_in_mesh(f, TOPIC, 1));

    fixture_validated(f, first, true);
    assert_int_equal(fixture_effect_count(f, EFFECT_VALIDATE), 2);
    assert_true(fixture_in_mesh(f, TOPIC, 0));
    fixture_validated(f, second, true);

    assert_int_equal(fixture_delivered_count(f), 2);
    assert_false(fixture_in_mesh(f, TOPIC, 0));
    assert_true(bitset_has(topic_subscribers(&f->router, router_topic(&f->router, 1)), 0));
    assert_int_equal(router_kept_count(&f->router), 0);
    fixture_destroy(f);
}

/** Q34: whatever the application says of the others, all messages of the RPC go with one. */
static void given_messages_of_one_rpc_when_one_is_accepted_then_all_go_with_it(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint64_t quirks;
        uint32_t entries;
    } rows[] = {
        {"alone", 0, 1},
        {"together", UINT64_C(1) << QUIRK_FORWARD_WHOLE_RPC, 2},
        {"together, one after the other",
         UINT64_C(1) << QUIRK_FORWARD_WHOLE_RPC | UINT64_C(1) << QUIRK_READER_WAITS, 2},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = given_validators(rows[i].quirks, false);
        uint32_t rejected = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
        uint32_t accepted = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
        uint32_t both = rpc_create(&f->rpcs);
        rpc_add_message(&f->rpcs, both, rejected, 0);
        rpc_add_message(&f->rpcs, both, accepted, 0);
        fixture_peer_sends(f, 0, both);
        fixture_validated(f, rejected, false);
        assert_int_equal(fixture_sent_count(f, TRACE_RPC_MESSAGES), 0);

        fixture_validated(f, accepted, true);

        fixture_expect_equal(rows[i].name, "RPCs", fixture_sent_count(f, TRACE_RPC_MESSAGES), 4);
        fixture_expect_equal(rows[i].name, "messages in one",
                             fixture_sent(f, TRACE_RPC_MESSAGES, 0)->rpc.entry_count,
                             rows[i].entries);
        assert_int_equal(fixture_delivered_count(f), 1);
        assert_int_equal(f->rpcs.live, 0);
        fixture_destroy(f);
    }
}

static void given_a_waiting_reader_when_its_peer_goes_then_its_rpcs_go_with_it(void **state) {
    (void)state;
    struct fixture *f = given_validators(UINT64_C(1) << QUIRK_READER_WAITS, false);
    uint32_t message = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
    fixture_peer_sends_message(f, 0, message, 0);
    fixture_peer_subscribes(f, 0, 1);
    fixture_peer_subscribes(f, 0, 2);

    fixture_disconnect(f, 0);

    assert_int_equal(f->rpcs.live, 0);
    fixture_validated(f, message, true);
    assert_int_equal(fixture_delivered_count(f), 1);
    assert_int_equal(fixture_sent_count(f, TRACE_RPC_MESSAGES), 4);
    fixture_destroy(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_validators_when_accepted_then_delivered_and_forwarded_only_then),
        cmocka_unit_test(given_a_rejected_message_when_it_comes_again_then_the_quirk_decides),
        cmocka_unit_test(given_copies_meanwhile_when_accepted_then_spare_senders_decides),
        cmocka_unit_test(given_a_waiting_reader_when_accepted_then_the_rest_is_read_in_order),
        cmocka_unit_test(given_messages_of_one_rpc_when_one_is_accepted_then_all_go_with_it),
        cmocka_unit_test(given_a_waiting_reader_when_its_peer_goes_then_its_rpcs_go_with_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
