#include "tests/support/unit.h"

#include "scenarios/scenario_read.h"
#include "scenarios/schema_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_SIZE = 1 << 18 };

static enum schema_key find(enum schema_key parent, const char *name) {
    return schema_find(parent, name, strlen(name));
}

static void given_every_key_when_looked_up_by_name_then_it_is_found(void **state) {
    (void)state;

    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        const struct schema_row *row = schema_row(key);
        assert_non_null(row->name);
        assert_non_null(row->meaning);
        if (row->parent != KEY_NONE) {
            assert_int_equal(find(row->parent, row->name), key);
            assert_int_not_equal(row->type, SCHEMA_NOTHING);
            assert_non_null(schema_form(row->type).json);
        }
    }
}

static void given_a_name_of_the_specification_when_looked_up_then_our_key_is_found(void **state) {
    (void)state;

    assert_int_equal(find(KEY_ROUTER, "D_low"), KEY_ROUTER_D_LOW);
    assert_int_equal(find(KEY_ROUTER, "D_hi"), KEY_ROUTER_D_HIGH);
    assert_int_equal(find(KEY_ROUTER, "mcache_gossip"), KEY_ROUTER_HISTORY_GOSSIP);
    assert_int_equal(find(KEY_ROOT, "D_low"), KEY_NONE);
}

static void given_an_unknown_name_when_guessed_then_the_nearest_of_its_mapping_comes(void **state) {
    (void)state;
    static const struct {
        enum schema_key parent;
        const char *name;
        enum schema_key key;
    } rows[] = {
        {KEY_ROUTER, "Dlow", KEY_ROUTER_D_LOW},
        {KEY_ROUTER, "dhi", KEY_ROUTER_D_HIGH},
        {KEY_ROUTER, "heartbeat", KEY_ROUTER_HEARTBEAT_INTERVAL},
        {KEY_ROUTER, "mcache_length", KEY_ROUTER_HISTORY_LENGTH},
        {KEY_ROOT, "topolgy", KEY_TOPOLOGY},
        {KEY_PUBLISH, "sized", KEY_PUBLISH_SIZE},
        {KEY_ROOT, "completely-else", KEY_NONE},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        enum schema_key key = schema_nearest(rows[i].parent, rows[i].name, strlen(rows[i].name));

        if (key != rows[i].key) {
            print_error("%s: %s\n", rows[i].name, schema_row(key)->name);
        }
        assert_int_equal(key, rows[i].key);
    }
}

static void given_keys_when_their_paths_are_written_then_lists_show(void **state) {
    (void)state;
    char path[SCHEMA_PATH_SIZE];

    assert_string_equal(schema_path(KEY_ROUTER_D, path), "router.D");
    assert_string_equal(schema_path(KEY_PUBLISH_COUNT, path), "publish[].count");
    assert_string_equal(schema_path(KEY_SEED, path), "seed");
}

static void given_the_reference_page_when_compared_then_it_ends_with_the_schema(void **state) {
    (void)state;
    struct arena *arena = arena_create(&(struct arena_options){0});
    char *page = calloc(1, PAGE_SIZE);
    FILE *file = fopen(SOURCE_ROOT "/scenarios/README.md", "r");
    assert_non_null(file);
    size_t size = fread(page, 1, PAGE_SIZE - 1, file);
    fclose(file);

    const char *wanted = schema_reference(arena);

    // When this fails, `./x reference` writes the tables anew.
    assert_true(size > strlen(wanted));
    assert_string_equal(page + size - strlen(wanted), wanted);
    free(page);
    arena_destroy(arena);
}

static void given_every_key_when_its_example_is_read_then_it_is_a_scenario(void **state) {
    static const struct scenario_override surroundings[] = {
        {.path = "nodes.groups", .value = "[{name: old, nodes: 0..9}]"},
        {.path = "regions", .value = "world-8"},
    };
    (void)state;

    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        struct arena *arena = arena_create(&(struct arena_options){0});
        struct failure_list failures = {0};
        const struct schema_row *row = schema_row(key);
        bool none = row->parent == KEY_NONE || key == KEY_END_EVENT || // needs another event
                    key == KEY_TOPOLOGY_PATH ||                        // these need a file
                    key == KEY_REGIONS_FILE || key == KEY_PUBLISH_FROM_FILE ||
                    key == KEY_CHURN_FROM_FILE;
        const char *text = none ? "nodes: {count: 1}" : schema_example_scenario(arena, key);
        bool grouped = strstr(text, "groups: ") != NULL;
        bool placed = strstr(text, "regions: ") != NULL;
        struct scenario_source source = {
            .path = "example.yaml",
            .overrides = &surroundings[grouped ? 1 : 0],
            .override_count = (grouped || none ? 0 : 1) + (placed || none ? 0 : 1),
        };

        if (scenario_load_text(arena, &source, text, strlen(text), &failures) == NULL) {
            // Give it an example that can be read, or one to the keys around it: schema_example.c.
            failure_list_print(&failures, stderr);
            fail_msg("%s: %s", row->name, text);
        }
        arena_destroy(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_every_key_when_looked_up_by_name_then_it_is_found),
        cmocka_unit_test(given_a_name_of_the_specification_when_looked_up_then_our_key_is_found),
        cmocka_unit_test(given_an_unknown_name_when_guessed_then_the_nearest_of_its_mapping_comes),
        cmocka_unit_test(given_keys_when_their_paths_are_written_then_lists_show),
        cmocka_unit_test(given_every_key_when_its_example_is_read_then_it_is_a_scenario),
        cmocka_unit_test(given_the_reference_page_when_compared_then_it_ends_with_the_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
