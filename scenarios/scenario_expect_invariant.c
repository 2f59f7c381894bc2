#include "base/quantity.h"
#include "scenarios/excerpt.h"
#include "scenarios/expectation_text.h"
#include "scenarios/heals.h"
#include "scenarios/scenario_print.h"

// A round trip over any link that a person would call one, and a heartbeat.
#define SETTLED_NS (2 * NS_PER_S)

/** `10s`, `10s of heal`, `10s of 30s`, `10s of publishing` */
static bool read_deadline(struct expectation_reading *reading) {
    struct scenario_expectation *expectation = reading->expectation;
    struct piece *rest = &reading->rest;
    char quantity[QUANTITY_TEXT_SIZE];
    if (!read_scope_duration(reading, "behind `delivered_within`", &expectation->within_ns)) {
        return false;
    }
    text_add_format(&reading->kept, " %s",
                    quantity_write_duration(expectation->within_ns, quantity));
    if (!take_if(rest, "of") || take_if(rest, "publishing")) {
        return true;
    }
    if (!take_if(rest, "heal")) {
        expectation->deadline = DEADLINE_OF_INSTANT;
        bool read = read_scope_duration(reading, "behind `of`; allowed: heal, publishing or a time",
                                        &expectation->deadline_of_ns);
        text_add_format(&reading->kept, " of %s",
                        quantity_write_duration(expectation->deadline_of_ns, quantity));
        return read;
    }
    expectation->deadline = DEADLINE_OF_HEAL;
    text_add_string(&reading->kept, " of heal");
    return scenario_heals(reading->reader->scenario) ||
           reader_refuse(
               reading->reader, reading->node,
               "nothing heals; allowed with an event that ends faults, or one with `for`");
}

/** How long a mesh link may be one-sided. */
static bool read_settling(struct expectation_reading *reading) {
    struct scenario_expectation *expectation = reading->expectation;
    char quantity[QUANTITY_TEXT_SIZE];
    expectation->within_ns = SETTLED_NS;
    if (take_if(&reading->rest, "within") &&
        !read_scope_duration(reading, "behind `within`", &expectation->within_ns)) {
        return false;
    }
    text_add_format(&reading->kept, " within %s",
                    quantity_write_duration(expectation->within_ns, quantity));
    return true;
}

static bool refuse_parts(const struct expectation_reading *reading, enum invariant invariant) {
    const struct scenario_scope *scope = &reading->scope;
    bool narrowed = scope->topic != SCOPE_ALL || scope->group != 0 || scope->region != SCOPE_ALL;
    return !narrowed || invariant_has_parts(invariant) ||
           reader_refuse(reading->reader, reading->node,
                         "`%s` is only known of all nodes and topics, at any time",
                         invariant_name(invariant));
}

bool read_invariant(struct expectation_reading *reading, enum invariant invariant) {
    reading->expectation->invariant = invariant;
    text_add_string(&reading->kept, invariant_name(invariant));
    if (!read_scope_braces(reading)) {
        return false;
    }
    keep_scope(reading);
    if (invariant == INVARIANT_DELIVERED_WITHIN && !read_deadline(reading)) {
        return false;
    }
    if (invariant == INVARIANT_MESH_SYMMETRIC && !read_settling(reading)) {
        return false;
    }
    if (!read_scope_window(reading)) {
        return false;
    }
    keep_window(reading);
    return refuse_parts(reading, invariant);
}
