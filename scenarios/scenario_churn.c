#include "scenarios/churn_rows.h"
#include "scenarios/scenario_read.h"

/** The file or text that a churn is written out in. */
static void read_rows(struct scenario_reader *reader, const struct scenario_fields *fields,
                      struct scenario_churn *churn) {
    static const enum schema_key drawn[] = {KEY_CHURN_NODES, KEY_CHURN_START, KEY_CHURN_UNTIL,
                                            KEY_CHURN_UP, KEY_CHURN_DOWN};
    const struct yaml_node *file = fields_value(fields, KEY_CHURN_FROM_FILE);
    const struct yaml_node *rows = fields_value(fields, KEY_CHURN_ROWS);
    const char *name = file != NULL ? "from_file" : "rows";
    for (size_t i = 0; i < sizeof drawn / sizeof drawn[0]; i++) {
        if (fields->keys[drawn[i]] != NULL) {
            reader_refuse(reader, fields->keys[drawn[i]],
                          "`%s` stands beside `%s`, which says who is down when; allowed: one",
                          schema_row(drawn[i])->name, name);
        }
    }
    if (file != NULL && rows != NULL) {
        reader_refuse(reader, fields->keys[KEY_CHURN_ROWS],
                      "`rows` stands beside `from_file`; allowed: one of them");
    } else if (file != NULL) {
        churn_rows_read(reader, KEY_CHURN_FROM_FILE, file, churn);
    } else {
        churn_rows_read(reader, KEY_CHURN_ROWS, rows, churn);
    }
}

/** Reports `up` and `down` where they are missing. */
static void check_stays(struct scenario_reader *reader, const struct scenario_fields *fields) {
    bool up = fields->keys[KEY_CHURN_UP] != NULL;
    bool down = fields->keys[KEY_CHURN_DOWN] != NULL;
    if (!up && !down) {
        reader_refuse(reader, fields->mapping,
                      "nothing says when nodes go down; allowed: `up` and `down`, `from_file` or "
                      "`rows`");
    } else if (!up || !down) {
        const struct schema_row *missing = schema_row(up ? KEY_CHURN_DOWN : KEY_CHURN_UP);
        reader_refuse(reader, fields->mapping, "the key `%s` is missing (%s)", missing->name,
                      missing->meaning);
    }
}

static void read_stay(struct scenario_reader *reader, const struct scenario_fields *fields,
                      enum schema_key key, struct distribution_options *options) {
    const struct yaml_node *value = fields_value(fields, key);
    if (value != NULL) {
        reader->in_churn = true;
        read_gap(reader, key, value, options);
        reader->in_churn = false;
    }
}

/** Nodes and times that are drawn. */
static void read_drawn(struct scenario_reader *reader, const struct scenario_fields *fields,
                       struct scenario_churn *churn) {
    read_stay(reader, fields, KEY_CHURN_UP, &churn->up);
    read_stay(reader, fields, KEY_CHURN_DOWN, &churn->down);
    reader->in_faults = true;
    read_selector(reader, KEY_CHURN_NODES, fields_value_or_default(reader, fields, KEY_CHURN_NODES),
                  &churn->nodes);
    reader->in_faults = false;
    const struct yaml_node *until = fields_value(fields, KEY_CHURN_UNTIL);
    if (until != NULL && fields_both_read(fields, KEY_CHURN_START, KEY_CHURN_UNTIL) &&
        churn->start_ns >= churn->until_ns) {
        char found[FOUND_SIZE];
        reader_refuse(reader, until,
                      "found %s, by when it has not begun; allowed: later than `start`",
                      reader_found(until, found));
    }
}

static void read_entry(struct scenario_reader *reader, const struct yaml_node *node,
                       struct scenario_churn *churn) {
    struct scenario_fields fields;
    uint32_t failures = reader_failure_count(reader);
    if (!fields_read(reader, &fields, KEY_CHURN, node)) {
        return;
    }
    // A key that is none may have been meant as one that is missing.
    bool understood = reader_failure_count(reader) == failures;
    fields_fill(reader, &fields, churn);
    check_graceful(reader, &fields, KEY_CHURN_GRACEFUL, &churn->fault);
    if (fields.keys[KEY_CHURN_FROM_FILE] != NULL || fields.keys[KEY_CHURN_ROWS] != NULL) {
        read_rows(reader, &fields, churn);
    } else {
        read_drawn(reader, &fields, churn);
        if (understood) {
            check_stays(reader, &fields);
        }
    }
}

void read_churn(struct scenario_reader *reader, const struct yaml_node *node) {
    if (!reader_list(reader, KEY_CHURN, node)) {
        return;
    }
    struct scenario_churn *churns =
        arena_take_array(reader->arena, MEMORY_TABLES, node->size, sizeof *churns);
    const struct yaml_node *item = node->first;
    for (uint32_t i = 0; i < node->size; i++) {
        churns[i].place = reader_place(reader, item);
        read_entry(reader, item, &churns[i]);
        item = item->next;
    }
    reader->scenario->churns = churns;
    reader->scenario->churn_count = node->size;
}
