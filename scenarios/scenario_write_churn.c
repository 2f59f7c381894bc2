#include "scenarios/churn_rows.h"
#include "scenarios/scenario_writing.h"

/** The keys of a churn that say how its nodes go down, each behind a text. */
static void write_manner(struct writing *writing, const struct scenario_churn *churn,
                         const char *before) {
    static const enum schema_key keys[] = {KEY_CHURN_STATE, KEY_CHURN_GRACEFUL, KEY_CHURN_SILENT,
                                           KEY_CHURN_DETECT};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        text_add_format(&writing->text, "%s%s: ", before, schema_row(keys[i])->name);
        print_value(&writing->text, writing->scenario, keys[i], churn);
    }
}

void write_churn(struct writing *writing, const struct scenario_churn *churn) {
    struct text *text = &writing->text;
    if (churn->rows != NULL) {
        // A block, whose lines stand further in than the key.
        text_add_string(text, "rows: |\n");
        churn_rows_write(text, churn, "      ");
        write_manner(writing, churn, "\n    ");
        return;
    }
    text_add_string(text, "{nodes: ");
    print_selector(text, writing->scenario, &churn->nodes);
    text_add_string(text, ", start: ");
    print_duration(text, churn->start_ns);
    if (churn->until_ns > 0) {
        text_add_string(text, ", until: ");
        print_duration(text, churn->until_ns);
    }
    text_add_string(text, ", up: ");
    print_distribution(text, &churn->up);
    text_add_string(text, ", down: ");
    print_distribution(text, &churn->down);
    write_manner(writing, churn, ", ");
    text_add_string(text, "}");
}
