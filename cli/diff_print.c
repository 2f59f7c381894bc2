#include "analysis/figure_text.h"
#include "base/quantity.h"
#include "cli/diff_output.h"
#include "cli/router_view.h"
#include "cli/session_text.h"
#include "router/quirks.h"
#include "scenarios/fleet.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWS_SHOWN = 12 };

static const char side_names[PARTING_SIDES] = {'A', 'B'};

/** What to say of a run in which no event comes. */
static const char *without_event(const struct session *session) {
    return session_stands_still(session) ? "time stands still" : "nothing more happens";
}

/** What is counted: events, or RPCs where routers are compared. */
static const char *counted(const struct diff_report *report, uint64_t count) {
    return report->by_rpcs ? figure_noun(count, "RPC", "RPCs")
                           : figure_noun(count, "event", "events");
}

const char *diff_sentence(const struct diff_report *report, struct arena *arena) {
    const struct parting *parting = report->parting;
    char time[QUANTITY_TEXT_SIZE];
    char event[SESSION_TEXT_EVENT_SIZE];
    const struct parting_side *first = &parting->sides[parting->first];
    const struct parting_side *other = &parting->sides[1 - parting->first];
    enum { SENTENCE_SIZE = 1024 };
    char *sentence = arena_take(arena, MEMORY_TABLES, SENTENCE_SIZE);
    if (parting->kind == PARTING_NONE) {
        snprintf(sentence, SENTENCE_SIZE, "the same: %" PRIu64 " %s, and nothing differs",
                 parting->alike, counted(report, parting->alike));
        return sentence;
    }
    session_text_event(session_fleet(first->session), &first->event, event);
    quantity_write_instant(first->event.at_ns, time);
    if (parting->kind == PARTING_OUTCOME) {
        snprintf(sentence, SENTENCE_SIZE, "at %s, of the same event, %s, something else comes",
                 time, event);
        return sentence;
    }
    char later[SESSION_TEXT_EVENT_SIZE];
    const char *what = other->event.number == 0 ? without_event(other->session)
                                                : session_text_event(session_fleet(other->session),
                                                                     &other->event, later);
    char when[QUANTITY_TEXT_SIZE] = "then";
    if (other->event.number > 0) {
        quantity_write_instant(other->event.at_ns, when);
    }
    snprintf(sentence, SENTENCE_SIZE, "in %c at %s: %s; next in %c, %s: %s",
             side_names[parting->first], time, event, side_names[1 - parting->first], when, what);
    return sentence;
}

static void print_side(const struct diff_side *side, uint32_t number, FILE *out) {
    fprintf(out, "%c  %s, seed %" PRIu64, side_names[number], side->given, side->scenario->seed);
    for (uint32_t i = 0; i < side->request->override_count; i++) {
        const struct scenario_override *override = &side->request->overrides[i];
        if (strcmp(override->path, "seed") != 0) {
            fprintf(out, ", %s=%s", override->path, override->value);
        }
    }
    if (side->ties != TIES_FIRST) {
        fprintf(out, ", ties %s", ties_name(side->ties));
    }
    fputc('\n', out);
}

static void print_outcome(const struct diff_report *report, uint32_t number, struct arena *arena,
                          FILE *out) {
    const struct parting_side *side = &report->parting->sides[number];
    const struct fleet *fleet = session_fleet(side->session);
    char text[SESSION_TEXT_EVENT_SIZE];
    char time[QUANTITY_TEXT_SIZE];
    if (side->event.number == 0) {
        fprintf(out, "\nIn %c %s.\n", side_names[number], without_event(side->session));
        return;
    }
    fprintf(out, "\nIn %c, event %" PRIu64 " at %s: %s", side_names[number], side->event.number,
            quantity_write_instant(side->event.at_ns, time),
            session_text_event(fleet, &side->event, text));
    uint32_t alike = side->record < side->record_count ? side->record : side->record_count;
    if (alike > 0 && report->parting->kind == PARTING_OUTCOME) {
        fprintf(out, "; %" PRIu32 " %s alike, then", alike,
                alike == 1 ? "record is" : "records are");
    }
    fputs(side->record_count == alike ? ": no record\n" : "\n", out);
    if (side->record_count > alike) {
        const struct session_records rest = {.records = side->records + alike,
                                             .mesh_sizes = side->mesh_sizes + alike,
                                             .count = side->record_count - alike};
        session_text_records(arena, side->session, &rest, out);
    }
}

static void print_draws(const struct parting_side *side, uint32_t number, FILE *out) {
    if (side->draw_count == 0) {
        fprintf(out, "%c drew nothing at this event\n", side_names[number]);
        return;
    }
    for (uint32_t i = 0; i < side->draw_count && i < DRAWS_SHOWN; i++) {
        fprintf(out, "%c ", side_names[number]);
        session_text_draw(&side->draws[i], out);
    }
    if (side->draw_count > DRAWS_SHOWN) {
        fprintf(out, "%c drew %" PRIu32 " more\n", side_names[number],
                side->draw_count - DRAWS_SHOWN);
    }
}

/** The rows of both sides beside each other, those that differ marked. */
static void print_state(const struct parting *parting, struct arena *arena, uint32_t node,
                        FILE *out) {
    struct router_view views[PARTING_SIDES];
    for (uint32_t i = 0; i < PARTING_SIDES; i++) {
        if (node >= session_fleet(parting->sides[i].session)->topology.node_count) {
            return;
        }
        router_view_make(&views[i], arena, parting->sides[i].session, node);
    }
    fprintf(out, "\nNode %" PRIu32 " after it (! where A and B differ):\n", node);
    for (uint32_t i = 0; i < views[0].count; i++) {
        const struct router_view_row *row = &views[0].rows[i];
        const struct router_view_row *other = router_view_find(&views[1], row->label);
        bool same = other != NULL && strcmp(row->text, other->text) == 0;
        fprintf(out, "%c %-24s %s\n", same ? ' ' : '!', row->label, row->text);
        if (!same) {
            fprintf(out, "! %-24s %s\n", "  in B", other == NULL ? "unknown" : other->text);
        }
    }
    for (uint32_t i = 0; i < views[1].count; i++) {
        const struct router_view_row *row = &views[1].rows[i];
        if (router_view_find(&views[0], row->label) == NULL) {
            fprintf(out, "! %-24s unknown\n! %-24s %s\n", row->label, "  in B", row->text);
        }
    }
}

static void print_quirks(uint64_t quirks, FILE *out) {
    for (uint64_t left = quirks; left != 0; left &= left - 1) {
        const struct quirk_row *row = quirk_row_of((enum quirk)__builtin_ctzll(left));
        fprintf(out, "  %s %s: %s\n", row->number, row->name, row->sentence);
    }
}

static void print_rule(const struct parting_rule *rule, FILE *out) {
    if (rule->alone != 0) {
        bool one = (rule->alone & (rule->alone - 1)) == 0;
        fprintf(out, "\nThe rule responsible, with which B sends the same RPC as A%s:\n",
                one ? "" : "; each of these alone does it");
        print_quirks(rule->alone, out);
    } else if (rule->together != 0) {
        fputs("\nNo rule alone is responsible; with these together B sends the same RPC as A:\n",
              out);
        print_quirks(rule->together, out);
    } else {
        fputs("\nNo quirk is responsible: the protocols differ, not the rules.\n", out);
    }
}

static void print_before(const struct diff_report *report, struct arena *arena, FILE *out) {
    const struct parting *parting = report->parting;
    const struct parting_side *side = &parting->sides[parting->first];
    uint32_t nodes[2 * PARTING_SIDES];
    uint32_t node_count = parting_nodes(parting, nodes);
    const struct parting_past past = {
        .scenario = report->sides[parting->first]->scenario,
        .ties = report->sides[parting->first]->ties,
        .number = side->event.number,
        .nodes = nodes,
        .node_count = node_count,
        .most = report->before,
    };
    const struct session_records records = parting_before(arena, &past);
    fputs("\nThe last records before it of node", out);
    for (uint32_t i = 0; i < node_count; i++) {
        fprintf(out, "%s %" PRIu32, i == 0 ? (node_count > 1 ? "s" : "") : ",", nodes[i]);
    }
    fprintf(out, "%s:%s\n",
            report->by_rpcs ? (parting->first == 0 ? " in A" : " in B") : ", the same in both",
            records.count == 0 ? " none" : "");
    if (records.count > 0) {
        session_text_records(arena, side->session, &records, out);
    }
}

void diff_print(const struct diff_report *report, struct arena *arena, FILE *out) {
    const struct parting *parting = report->parting;
    char time[QUANTITY_TEXT_SIZE];
    for (uint32_t i = 0; i < PARTING_SIDES; i++) {
        print_side(report->sides[i], i, out);
    }
    if (parting->kind == PARTING_NONE) {
        fprintf(out, "%s\n", diff_sentence(report, arena));
        return;
    }
    fprintf(out, "alike    %" PRIu64 " %s", parting->alike, counted(report, parting->alike));
    if (parting->alike > 0) {
        fprintf(out, ", up to %s", quantity_write_instant(parting->alike_ns, time));
    }
    fprintf(out, "\nthen     %s\n", diff_sentence(report, arena));
    for (uint32_t i = 0; i < PARTING_SIDES; i++) {
        print_outcome(report, (parting->first + i) % PARTING_SIDES, arena, out);
    }
    if (report->before > 0) {
        print_before(report, arena, out);
    }
    fputc('\n', out);
    for (uint32_t i = 0; i < PARTING_SIDES; i++) {
        print_draws(&parting->sides[i], i, out);
    }
    uint32_t nodes[2 * PARTING_SIDES];
    uint32_t node_count = parting_nodes(parting, nodes);
    for (uint32_t i = 0; i < node_count; i++) {
        print_state(parting, arena, nodes[i], out);
    }
    if (report->rule != NULL) {
        print_rule(report->rule, out);
    }
}
