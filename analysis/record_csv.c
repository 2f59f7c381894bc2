#include "analysis/record_columns.h"
#include "analysis/record_sink.h"

#include <inttypes.h>
#include <string.h>

/** A text, in quotes where something in it would be taken for a sign of the format. */
static void put_text(const char *text, FILE *out) {
    if (text[strcspn(text, ",\"\r\n")] == '\0') {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"') {
            fputc('"', out);
        }
        fputc(*text, out);
    }
    fputc('"', out);
}

static void take(struct record_sink *sink, const struct record_view *view) {
    struct record_field fields[COLUMN_COUNT];
    FILE *out = sink->options.out;
    record_to_columns(&view->record, sink->options.scene->topics, fields);
    for (uint32_t column = 0; column < COLUMN_COUNT; column++) {
        if (column > 0) {
            fputc(',', out);
        }
        if (!fields[column].present) {
            continue;
        }
        if (fields[column].text != NULL) {
            put_text(fields[column].text, out);
        } else {
            fprintf(out, "%" PRId64, fields[column].number);
        }
    }
    fputc('\n', out);
}

struct record_sink *record_csv_open(struct arena *arena, const struct record_sink_options *options,
                                    struct failure *failure) {
    (void)failure;
    struct record_sink *sink = record_sink_create(arena, options, NULL);
    sink->take = take;
    for (uint32_t column = 0; column < COLUMN_COUNT; column++) {
        fprintf(options->out, "%s%s", column == 0 ? "" : ",",
                record_column_name((enum record_column)column));
    }
    fputc('\n', options->out);
    return sink;
}
