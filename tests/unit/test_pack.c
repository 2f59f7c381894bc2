#include "tests/support/unit.h"

#include "base/prng.h"
#include "trace/pack.h"

#include <string.h>

enum { SECTIONS = 200, RECORDS_MAX = 700 };

struct fixture {
    struct arena *arena;
    struct failure failure;
    struct pack pack;
    struct trace_record plain[PACK_RECORDS_MAX]; // the reference: the rows themselves
    struct trace_record unpacked[PACK_RECORDS_MAX];
    unsigned char bytes[PACK_BYTES_MAX + PACK_ZEROS];
};

static int begin(void **state) {
    static struct fixture fixture;
    fixture.arena = arena_create(NULL);
    pack_init(&fixture.pack, fixture.arena);
    *state = &fixture;
    return 0;
}

static int end(void **state) {
    struct fixture *f = *state;
    arena_destroy(f->arena);
    return 0;
}

/** A number of some bytes: 0 to 4. */
static uint32_t draw_number(struct prng *prng) {
    uint32_t bytes = prng_below(prng, 5);
    return bytes == 0 ? 0 : (uint32_t)prng_next(prng) >> (32 - 8 * bytes);
}

/** As runs make them: much stays as in the record before. */
static struct trace_record draw_alike(struct prng *prng, const struct trace_record *last) {
    struct trace_record record = *last;
    record.kind = (uint8_t)(1 + prng_below(prng, 30));
    record.reason = (uint8_t)prng_below(prng, 6);
    record.at_ns += prng_below(prng, 2) == 0 ? 0 : (int64_t)draw_number(prng);
    record.peer = draw_number(prng);
    record.node = prng_below(prng, 2) == 0 ? last->node : draw_number(prng);
    record.message = prng_below(prng, 4) == 0 ? TRACE_NONE : last->message + prng_below(prng, 2);
    record.value = prng_below(prng, 3) == 0 ? draw_number(prng) : last->value;
    record.extra = prng_below(prng, 8) == 0 ? draw_number(prng) : last->extra;
    record.topic = prng_below(prng, 8) == 0 ? (uint16_t)draw_number(prng) : last->topic;
    return record;
}

/** Anything at all, times that go back among it. */
static struct trace_record draw_anything(struct prng *prng) {
    return (struct trace_record){.at_ns = (int64_t)(prng_next(prng) >> prng_below(prng, 64)),
                                 .node = draw_number(prng),
                                 .peer = draw_number(prng),
                                 .message = draw_number(prng),
                                 .value = draw_number(prng),
                                 .extra = draw_number(prng),
                                 .topic = (uint16_t)draw_number(prng),
                                 .kind = (uint8_t)prng_below(prng, PACK_KINDS),
                                 .reason = (uint8_t)prng_below(prng, 32)};
}

static void pack_plain(struct fixture *f, uint32_t count) {
    pack_clear(&f->pack);
    for (uint32_t i = 0; i < count; i++) {
        pack_add(&f->pack, &f->plain[i]);
    }
}

/** Puts the parts of the section behind each other, as the writer does. */
static size_t put_together(struct fixture *f) {
    unsigned char *at = f->bytes;
    uint32_t bits = pack_head(&f->pack, at);
    at += PACK_HEAD_BYTES;
    memcpy(at, f->pack.bits, bits);
    at += bits;
    for (uint32_t part = 2; part-- > 0;) {
        size_t size = (size_t)(f->pack.parts[part].end - f->pack.parts[part].bytes);
        memcpy(at, f->pack.parts[part].bytes, size);
        at += size;
    }
    memset(at, 0, PACK_ZEROS);
    return (size_t)(at - f->bytes);
}

static bool read(struct fixture *f, size_t size, bool deliveries_only, size_t *count) {
    struct pack_section section = {f->bytes, size, deliveries_only};
    return pack_read(&section, f->unpacked, count, &f->failure);
}

static void expect_same(const struct trace_record *record, const struct trace_record *plain) {
    assert_memory_equal(record, plain, sizeof *record);
}

static void given_random_records_when_packed_then_unpacked_ones_are_the_plain_ones(void **state) {
    struct fixture *f = *state;
    struct prng prng = prng_stream(1, STREAM_WORKLOAD, 0);

    for (uint32_t section = 0; section < SECTIONS; section++) {
        uint32_t count = prng_below(&prng, RECORDS_MAX);
        for (uint32_t i = 0; i < count; i++) {
            bool alike = i > 0 && section % 2 == 0;
            f->plain[i] = alike ? draw_alike(&prng, &f->plain[i - 1]) : draw_anything(&prng);
        }

        pack_plain(f, count);
        size_t size = put_together(f);

        assert_int_equal(size, pack_bytes(&f->pack));
        size_t count_read = 0;
        assert_true(read(f, size, false, &count_read));
        assert_int_equal(count_read, count);
        for (uint32_t i = 0; i < count; i++) {
            expect_same(&f->unpacked[i], &f->plain[i]);
        }
        assert_true(read(f, size, true, &count_read));
        uint32_t deliveries = 0;
        for (uint32_t i = 0; i < count; i++) {
            if (trace_kind_is_delivery((enum trace_kind)f->plain[i].kind)) {
                expect_same(&f->unpacked[deliveries++], &f->plain[i]);
            }
        }
        assert_int_equal(count_read, deliveries);
    }
}

static void given_largest_fields_when_packed_then_no_record_takes_more_than_its_most(void **state) {
    struct fixture *f = *state;
    for (uint32_t i = 0; i < PACK_RECORDS_MAX; i++) {
        uint32_t word = i % 2 == 0 ? UINT32_MAX : 0;
        f->plain[i] = (struct trace_record){i % 2 == 0 ? INT64_MIN : INT64_MAX,
                                            word,
                                            word,
                                            word,
                                            word,
                                            word,
                                            (uint16_t)word,
                                            TRACE_DELIVER,
                                            31};
    }

    pack_plain(f, PACK_RECORDS_MAX);
    size_t size = put_together(f);

    assert_true(size <= PACK_BYTES_MAX);
    size_t count_read = 0;
    assert_true(read(f, size, false, &count_read));
    assert_memory_equal(f->unpacked, f->plain, sizeof f->plain);
}

static void given_packed_records_when_a_byte_changes_then_reading_stays_in_bounds(void **state) {
    struct fixture *f = *state;
    struct prng prng = prng_stream(2, STREAM_WORKLOAD, 0);
    enum { COUNT = 40 };
    f->plain[0] = draw_anything(&prng);
    for (uint32_t i = 1; i < COUNT; i++) {
        f->plain[i] = draw_alike(&prng, &f->plain[i - 1]);
    }
    pack_plain(f, COUNT);
    size_t size = put_together(f);

    for (size_t i = 0; i < 8 * size; i++) {
        f->bytes[i / 8] ^= (unsigned char)(1 << i % 8);
        size_t count_read = 0;
        for (int only = 0; only < 2; only++) {
            bool done = read(f, size, only == 1, &count_read);
            assert_true(!done || count_read <= PACK_RECORDS_MAX);
        }
        f->bytes[i / 8] ^= (unsigned char)(1 << i % 8);
    }
    for (size_t cut = 0; cut < size; cut++) {
        size_t count_read = 0;
        assert_false(read(f, cut, false, &count_read));
    }
}

/** What pack_add() makes of the same rows is the reference, byte for byte. */
static void given_records_with_another_peer_when_added_again_then_as_when_added(void **state) {
    struct fixture *f = *state;
    static unsigned char plainly[PACK_BYTES_MAX + PACK_ZEROS];
    struct prng prng = prng_stream(2, STREAM_WORKLOAD, 0);
    for (uint32_t section = 0; section < SECTIONS; section++) {
        uint32_t count = 1 + prng_below(&prng, RECORDS_MAX);
        bool again[RECORDS_MAX] = {false};
        for (uint32_t i = 0; i < count; i++) {
            again[i] = i > 0 && prng_below(&prng, 4) > 0;
            f->plain[i] = again[i] ? f->plain[i - 1] : draw_anything(&prng);
            f->plain[i].peer = draw_number(&prng);
        }
        pack_plain(f, count);
        size_t size = put_together(f);
        memcpy(plainly, f->bytes, size);

        pack_clear(&f->pack);
        for (uint32_t i = 0; i < count; i++) {
            if (again[i]) {
                pack_add_again(&f->pack, &f->plain[i]);
            } else {
                pack_add(&f->pack, &f->plain[i]);
            }
        }

        assert_int_equal(put_together(f), size);
        assert_memory_equal(f->bytes, plainly, size);
    }
}

static void given_nothing_or_another_time_when_added_again_then_check_fails(void **state) {
    struct fixture *f = *state;
    struct prng prng = prng_stream(3, STREAM_WORKLOAD, 0);
    f->plain[0] = draw_anything(&prng);
    pack_clear(&f->pack);

    expect_assert_failure(pack_add_again(&f->pack, &f->plain[0]));
    pack_add(&f->pack, &f->plain[0]);
    f->plain[0].at_ns++;
    expect_assert_failure(pack_add_again(&f->pack, &f->plain[0]));
}

static void given_full_section_when_added_to_then_check_fails(void **state) {
    struct fixture *f = *state;
    pack_plain(f, PACK_RECORDS_MAX);

    expect_assert_failure(pack_add(&f->pack, &f->plain[0]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_random_records_when_packed_then_unpacked_ones_are_the_plain_ones, begin, end),
        cmocka_unit_test_setup_teardown(
            given_largest_fields_when_packed_then_no_record_takes_more_than_its_most, begin, end),
        cmocka_unit_test_setup_teardown(
            given_packed_records_when_a_byte_changes_then_reading_stays_in_bounds, begin, end),
        cmocka_unit_test_setup_teardown(
            given_records_with_another_peer_when_added_again_then_as_when_added, begin, end),
        cmocka_unit_test_setup_teardown(
            given_nothing_or_another_time_when_added_again_then_check_fails, begin, end),
        cmocka_unit_test_setup_teardown(given_full_section_when_added_to_then_check_fails, begin,
                                        end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
