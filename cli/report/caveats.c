#include "analysis/figure_text.h"
#include "cli/report/page.h"
#include "cli/report/report.h"
#include "router/quirks.h"
#include "scenarios/groups.h"

#include <inttypes.h>
#include <string.h>

/** One caveat: what it is about, and the sentence. */
static void caveat(FILE *out, const char *about, const char *sentence) {
    fputs("<li><strong>", out);
    page_text(out, about);
    fputs("</strong> ", out);
    page_text(out, sentence);
    fputs("</li>\n", out);
}

static bool is_zero(const struct distribution_options *options) {
    return options->kind == DISTRIBUTION_CONSTANT && options->a_ns == 0;
}

static bool limits_rate(const struct bandwidth_class *bandwidth) {
    // A rate that is not said comes from elsewhere, or there is none.
    bool up = bandwidth->up_bits_per_s != 0 && bandwidth->up_bits_per_s != SCENARIO_RATE_AUTO;
    bool down = bandwidth->down_bits_per_s != 0 && bandwidth->down_bits_per_s != SCENARIO_RATE_AUTO;
    return up || down;
}

static bool has_rates(const struct scenario *scenario) {
    bool any = scenario_has_host_rates(scenario);
    for (uint32_t group = 0; group <= scenario->group_count; group++) {
        any = any || limits_rate(group_bandwidth(scenario, group));
    }
    return any;
}

static bool has_processing(const struct scenario *scenario) {
    bool any = false;
    for (uint32_t group = 0; group <= scenario->group_count; group++) {
        any = any || !is_zero(&group_timing(scenario, group)->processing);
    }
    return any;
}

static bool has_loss(const struct scenario_links *links) {
    bool any = links->has_burst || (links->loss_ppb > 0 && links->loss_of != 0);
    for (uint32_t kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        any = any || ((links->loss_rates >> kind & 1) != 0 && links->loss_rate_ppb[kind] > 0);
    }
    return any;
}

static void about_links(FILE *out, const struct scenario *scenario) {
    const struct scenario_links *links = &scenario->links;
    if (!has_rates(scenario)) {
        caveat(
            out, "No bandwidth is set.",
            "RPCs never wait for each other on a wire, whatever their size and number: latencies "
            "do not grow with load, and a large message is as fast as a small one.");
    } else {
        caveat(
            out, "Bandwidth is that of nodes.",
            "Uplinks and downlinks have rates and queues; the network between them has none, and "
            "there is no congestion control.");
    }
    if (has_loss(links) && links->transport != LINK_STREAM) {
        caveat(out, "A lost RPC stays lost.",
               "Links are datagrams here. libp2p runs over reliable streams, where loss shows as "
               "delay: links.transport: stream has that.");
    }
    if (!has_loss(links)) {
        caveat(out, "Nothing is lost at random.", "links.loss is 0.");
    } else {
        caveat(
            out, "Losses are keyed.",
            "Whether an RPC is lost follows from the seed, the link and which RPC it is: runs of "
            "one seed lose the same copies, which makes them comparable, and are no independent "
            "samples of loss.");
    }
    if (!links->has_jitter) {
        caveat(out, "Delays do not vary in time.",
               "There is no jitter: a link takes as long for each RPC.");
    }
    caveat(
        out, "Links are there from the beginning.",
        "Who is linked to whom is the topology's matter: finding peers, dialling, handshakes and "
        "multiplexing take no time and no bytes, and no link comes about that the topology does "
        "not have.");
}

static void about_nodes(FILE *out, const struct scenario *scenario) {
    if (!has_processing(scenario)) {
        caveat(out, "Handling an RPC takes no time.",
               "nodes.processing is 0: no node is ever busy, and checking signatures is free.");
    }
    if (is_zero(&scenario->start) && scenario->group_count == 0 &&
        !scenario->timing.heartbeat.phase_uniform) {
        caveat(
            out, "Heartbeats are in phase.",
            "All nodes start at one instant, so all heartbeats fall together; real ones do not.");
    }
    if (scenario->event_count == 0 && scenario->churn_count == 0) {
        caveat(out, "Nothing fails.", "There is no event and no churn: nodes stay up, links stay.");
    }
    caveat(out, "One router.",
           "All nodes run the state machine of gossim, with the differences that profiles, quirks "
           "and roles make; peer scoring and peer exchange of GossipSub v1.1 and later are not "
           "modelled.");
}

static void list_quirks(FILE *out, uint64_t quirks) {
    fputs("<ul>\n", out);
    for (size_t i = 0; i < quirk_row_count; i++) {
        const struct quirk_row *row = &quirk_rows[i];
        if (row->quirk != QUIRK_COUNT && quirk_in(quirks, row->quirk)) {
            fputs("<li><code>", out);
            page_text(out, row->number);
            fputs("</code> <code>", out);
            page_text(out, row->name);
            fputs(row->major ? "</code> (changes results in ordinary runs): " : "</code>: ", out);
            page_text(out, row->sentence);
            fputs("</li>\n", out);
        }
    }
    fputs("</ul>\n", out);
}

static uint32_t count_quirks(uint64_t quirks) {
    return (uint32_t)__builtin_popcountll(quirks);
}

static void about_quirks(FILE *out, const struct scenario *scenario) {
    for (uint32_t group = 0; group <= scenario->group_count; group++) {
        const struct router_params *router = group_router(scenario, group);
        if (router->quirks == 0) {
            continue;
        }
        uint32_t count = count_quirks(router->quirks);
        fputs("<li><strong>Quirks are in force.</strong> ", out);
        page_print(out, "%s%s depart from the specification in %" PRIu32 " %s of the 2020 router:",
                   group == 0 ? "The routers" : "The routers of group ",
                   group == 0 ? "" : scenario->groups[group - 1].name, count,
                   figure_noun(count, "quirk", "quirks"));
        fputs("\n<details><summary>which ones</summary>\n", out);
        list_quirks(out, router->quirks);
        fputs("</details></li>\n", out);
    }
}

static void about_statistics(FILE *out, const struct scenario *scenario, enum report_of of) {
    if (of == REPORT_OF_SWEEP) {
        caveat(
            out, "Intervals are over runs.",
            "A replicate is a whole run at a seed of its own and gives one value of each figure; "
            "deliveries within a run depend on each other and are never pooled. Replicates share "
            "their seeds between points, so points differ by less than their intervals suggest: "
            "gossim compare pairs them.");
    } else if (of == REPORT_OF_COMPARISON) {
        caveat(
            out, "Intervals are over seeds.",
            "Each seed gives one difference of each figure, of two runs that share graph, delays, "
            "losses and publishers; deliveries are never pooled. What is found holds for these "
            "scenarios, and says nothing about others.");
    } else {
        caveat(out, "This is one run.",
               "Percentiles describe the deliveries of this seed; they come with no interval, as "
               "deliveries of one run depend on each other. How much another seed changes is for "
               "gossim sweep or gossim compare.");
    }
    if (scenario != NULL && scenario->measure.from_ns == 0 &&
        scenario->measure.until_ns >= scenario->duration_ns) {
        caveat(
            out, "Nothing is left out as warm-up.",
            "Figures are about the whole run: bytes and control messages include the building of "
            "meshes.");
    } else if (scenario != NULL) {
        caveat(out, "A part of the run is left out.",
               "measure in the scenario says from when to when figures count; the digest is of the "
               "whole run.");
    }
}

void report_caveats_section(struct report *report, enum report_of of, bool ties_reordered) {
    FILE *out = report->body;
    const struct scenario *scenario = report->scenario;
    fputs("<section id=\"caveats\">\n<h2>What to keep in mind</h2>\n"
          "<p>gossim is a model. What its results leave out or simplify, for this scenario:</p>\n"
          "<ul class=\"caveats\">\n",
          out);
    about_statistics(out, scenario, of);
    if (scenario == NULL) {
        caveat(out, "The scenario cannot be read by this version of gossim.",
               "What it simplifies can therefore not be told.");
    } else {
        about_links(out, scenario);
        about_nodes(out, scenario);
        about_quirks(out, scenario);
    }
    caveat(out, "Simultaneous events have an order.",
           ties_reordered
               ? "This run took another one than the usual (--ties), to see what depends on it."
               : "It is by node, and the same in every run; gossim ties tells which figures depend "
                 "on it.");
    fputs("</ul>\n", out);
    if (of != REPORT_OF_RUN) {
        fputs(
            of == REPORT_OF_SWEEP
                ? "<p class=\"note\">These are told of the scenario that is swept; a point may set "
                  "what one of them is about.</p>\n"
                : "<p class=\"note\">These are told of scenario A; B may differ in what one of "
                  "them is about.</p>\n",
            out);
    }
    fputs("</section>\n", out);
}
