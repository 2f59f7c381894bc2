#include "analysis/record_columns.h"
#include "analysis/record_sink.h"

#include "base/check.h"

#include <jansson.h>

/** A text as JSON has it; what is not UTF-8 in a name of a damaged file has no form there. */
static json_t *text_of(const char *text) {
    json_t *value = json_string(text);
    return value != NULL ? value : json_string("?");
}

static void take(struct record_sink *sink, const struct record_view *view) {
    struct record_field fields[COLUMN_COUNT];
    record_to_columns(&view->record, sink->options.scene->topics, fields);
    json_t *object = json_object();
    CHECK(object != NULL);
    for (uint32_t column = 0; column < COLUMN_COUNT; column++) {
        if (!fields[column].present) {
            continue;
        }
        const char *text = fields[column].text;
        json_t *value = text != NULL ? text_of(text) : json_integer(fields[column].number);
        json_object_set_new(object, record_column_name((enum record_column)column), value);
    }
    json_dumpf(object, sink->options.out, JSON_COMPACT);
    fputc('\n', sink->options.out);
    json_decref(object);
}

struct record_sink *record_jsonl_open(struct arena *arena,
                                      const struct record_sink_options *options,
                                      struct failure *failure) {
    (void)failure;
    struct record_sink *sink = record_sink_create(arena, options, NULL);
    sink->take = take;
    return sink;
}
