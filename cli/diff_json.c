#include "cli/diff_output.h"
#include "cli/json_words.h"
#include "cli/router_view.h"
#include "router/quirks.h"
#include "scenarios/fleet.h"

#include <jansson.h>

static json_t *side_json(const struct diff_side *side) {
    json_t *object = json_object();
    json_object_set_new(object, "given", json_path(side->given));
    json_object_set_new(object, "scenario", json_string(side->scenario->name));
    json_object_set_new(object, "ties", json_string(ties_name(side->ties)));
    json_object_set_new(object, "seed", json_seed(side->scenario->seed));
    json_t *overrides = json_array();
    for (uint32_t i = 0; i < side->request->override_count; i++) {
        const struct scenario_override *override = &side->request->overrides[i];
        json_array_append_new(overrides, json_sprintf("%s=%s", override->path, override->value));
    }
    json_object_set_new(object, "overrides", overrides);
    return object;
}

static json_t *number_or_null(uint32_t number) {
    return number == TRACE_NONE ? json_null() : json_integer(number);
}

static json_t *record_json(const struct trace_record *record) {
    bool is_rpc = trace_kind_is_rpc(record->kind);
    const char *reason =
        is_rpc ? trace_rpc_name(record->reason) : trace_reason_name(record->reason);
    return json_pack("{s:I, s:i, s:s, s:o, s:o, s:s, s:I, s:I}", "at_ns", (json_int_t)record->at_ns,
                     "node", (int)record->node, "kind", trace_kind_name(record->kind), "peer",
                     number_or_null(record->peer), "message", number_or_null(record->message),
                     is_rpc ? "rpc" : "reason", reason, "value", (json_int_t)record->value, "extra",
                     (json_int_t)record->extra);
}

static json_t *draw_json(const struct session_draw *draw) {
    json_t *object = json_object();
    json_object_set_new(object, "stream", json_string(stream_purpose_name(draw->key.purpose)));
    json_object_set_new(object, "keyed", json_boolean(draw->keyed));
    if (draw->keyed) {
        json_object_set_new(object, "key",
                            json_pack("[I, I, I]", (json_int_t)draw->key.a, (json_int_t)draw->key.b,
                                      (json_int_t)draw->key.c));
    } else {
        json_object_set_new(object, "index", json_integer((json_int_t)draw->key.a));
        json_object_set_new(object, "number", json_integer((json_int_t)draw->number));
    }
    json_object_set_new(object, "draw", json_sprintf("0x%016llx", (unsigned long long)draw->draw));
    return object;
}

static json_t *states_json(const struct diff_report *report, uint32_t number, struct arena *arena) {
    uint32_t nodes[2 * PARTING_SIDES];
    uint32_t count = parting_nodes(report->parting, nodes);
    json_t *array = json_array();
    for (uint32_t i = 0; i < count; i++) {
        struct router_view view;
        json_t *state = json_object();
        json_object_set_new(state, "node", json_integer(nodes[i]));
        const struct session *session = report->parting->sides[number].session;
        view.count = 0;
        if (nodes[i] < session_fleet(session)->topology.node_count) {
            router_view_make(&view, arena, session, nodes[i]);
        }
        for (uint32_t k = 0; k < view.count; k++) {
            json_object_set_new(state, view.rows[k].label, json_string(view.rows[k].text));
        }
        json_array_append_new(array, state);
    }
    return array;
}

static json_t *parted_json(const struct diff_report *report, uint32_t number, struct arena *arena) {
    const struct parting_side *side = &report->parting->sides[number];
    const struct session_event *event = &side->event;
    if (event->number == 0) {
        return json_null();
    }
    json_t *object = json_object();
    json_object_set_new(object, "event", json_integer((json_int_t)event->number));
    json_object_set_new(object, "at_ns", json_integer(event->at_ns));
    json_object_set_new(object, "what", json_string(session_what_name(event->what)));
    json_object_set_new(object, "node", number_or_null(event->node));
    json_object_set_new(object, "peer", number_or_null(event->peer));
    json_object_set_new(object, "message", number_or_null(event->message));
    json_t *records = json_array();
    for (uint32_t i = side->record; i < side->record_count; i++) {
        json_array_append_new(records, record_json(&side->records[i]));
    }
    json_object_set_new(object, "records", records);
    json_t *draws = json_array();
    for (uint32_t i = 0; i < side->draw_count; i++) {
        json_array_append_new(draws, draw_json(&side->draws[i]));
    }
    json_object_set_new(object, "draws", draws);
    json_object_set_new(object, "states", states_json(report, number, arena));
    return object;
}

static json_t *quirks_json(uint64_t quirks) {
    json_t *array = json_array();
    for (uint64_t left = quirks; left != 0; left &= left - 1) {
        const struct quirk_row *row = quirk_row_of((enum quirk)__builtin_ctzll(left));
        json_array_append_new(array, json_pack("{s:s, s:s, s:s}", "number", row->number, "name",
                                               row->name, "sentence", row->sentence));
    }
    return array;
}

bool diff_print_json(const struct diff_report *report, struct arena *arena, FILE *out) {
    const struct parting *parting = report->parting;
    bool same = parting->kind == PARTING_NONE;
    json_t *root = json_object();
    json_object_set_new(root, "a", side_json(report->sides[0]));
    json_object_set_new(root, "b", side_json(report->sides[1]));
    json_object_set_new(root, "same", json_boolean(same));
    json_object_set_new(root, "compared", json_string(report->by_rpcs ? "rpcs" : "events"));
    json_object_set_new(root, "alike", json_integer((json_int_t)parting->alike));
    json_object_set_new(root, "sentence", json_string(diff_sentence(report, arena)));
    if (!same) {
        json_object_set_new(root, "in_a", parted_json(report, 0, arena));
        json_object_set_new(root, "in_b", parted_json(report, 1, arena));
    }
    if (report->rule != NULL) {
        json_object_set_new(root, "rules", quirks_json(report->rule->alone));
        json_object_set_new(root, "rules_together", quirks_json(report->rule->together));
    }
    bool written = json_dumpf(root, out, JSON_INDENT(2)) == 0 && fputc('\n', out) != EOF;
    json_decref(root);
    return written;
}
