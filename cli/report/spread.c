#include "cli/report/spread.h"

#include "cli/figure_words.h"
#include "router/roles.h"
#include "scenarios/groups.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_NAME_SIZE = 24 };

/** One section being made. */
struct section {
    struct report *report;
    const struct run_data *run;
    struct spread spread;
    struct spread_places places;
    const uint16_t *groups; // [nodes]; NULL: there are none
    bool links_left_out;
    uint32_t written;   // messages
    uint32_t available; // that could be
};

static void columns_of_nodes(const struct section *section, struct page_columns *columns) {
    const struct run_data *run = section->run;
    const struct spread_places *places = &section->places;
    static const char *const names[] = {"x", "y"};
    for (uint32_t axis = 0; axis < 2; axis++) {
        page_columns_begin(columns, names[axis], 2, run->node_count);
        for (uint32_t node = 0; node < run->node_count; node++) {
            double share = axis == 0 ? places->positions[node].x / places->wide
                                     : places->positions[node].y / places->high;
            page_columns_add(columns, 2, (uint64_t)(65535 * share + 0.5));
        }
        page_columns_end(columns);
    }
    page_columns_begin(columns, "region", 2, run->node_count);
    for (uint32_t node = 0; node < run->node_count; node++) {
        uint32_t region = run->nodes[node].region;
        page_columns_add(columns, 2, region < UINT16_MAX ? region : UINT16_MAX);
    }
    page_columns_end(columns);
    page_columns_begin(columns, "group", 2, run->node_count);
    for (uint32_t node = 0; node < run->node_count; node++) {
        page_columns_add(columns, 2, section->groups == NULL ? 0 : section->groups[node]);
    }
    page_columns_end(columns);
    page_columns_begin(columns, "degree", 4, run->node_count);
    for (uint32_t node = 0; node < run->node_count; node++) {
        page_columns_add(columns, 4, run->nodes[node].degree);
    }
    page_columns_end(columns);
}

/** The links take at most this part of what room there is. */
static void write_links(struct section *section, FILE *data) {
    enum { PART = 3 };
    const struct run_data *run = section->run;
    struct page_columns columns = {.bytes = NULL};
    uint32_t size = run->node_count <= UINT16_MAX ? 2 : 4;
    for (uint32_t end = 0; end < 2; end++) {
        page_columns_begin(&columns, end == 0 ? "a" : "b", size, run->link_count);
        for (uint32_t i = 0; i < run->link_count; i++) {
            page_columns_add(&columns, size, end == 0 ? run->links[i].a : run->links[i].b);
        }
        page_columns_end(&columns);
    }
    section->links_left_out =
        run->link_count == 0 || page_columns_cost(&columns) > report_room(section->report) / PART;
    if (section->links_left_out) {
        page_columns_drop(&columns);
    } else {
        page_columns_write(&columns, data, "view-links-data");
    }
}

static void write_list(FILE *out, const char *name, const char *const *items, uint32_t count) {
    fprintf(out, "\"%s\":[", name);
    for (uint32_t i = 0; i < count; i++) {
        fputs(i == 0 ? "" : ",", out);
        page_json(out, items[i]);
    }
    fputs("],", out);
}

static void write_groups(const struct section *section, FILE *out) {
    const struct scenario *scenario = section->report->scenario;
    fputs("\"groups\":[\"in no group\"", out);
    for (uint32_t i = 0; section->groups != NULL && i < scenario->group_count; i++) {
        fputc(',', out);
        page_json(out, scenario->groups[i].name);
    }
    fputs("],", out);
}

static void write_discs(const struct section *section, FILE *out) {
    const struct run_data *run = section->run;
    bool any = false;
    fputs("\"discs\":[", out);
    for (uint32_t i = 0; section->places.discs != NULL && i < run->regions.count; i++) {
        const struct world_disc *disc = &section->places.discs[i];
        if (disc->nodes == 0) {
            continue;
        }
        fprintf(out, "%s{\"x\":%.6g,\"y\":%.6g,\"r\":%.6g,\"name\":", any ? "," : "",
                disc->centre.x, disc->centre.y, disc->radius);
        page_json(out, disc->named ? run->regions.items[i] : "");
        fputc('}', out);
        any = true;
    }
    fputs("],", out);
}

/** What the page says of a message beside its events. */
static void write_message_info(const struct section *section, const struct spread_message *message,
                               int64_t unit_ns, FILE *out) {
    const struct run_data *run = section->run;
    const struct run_message *known = &run->messages[message->number];
    uint32_t hops_max = 0;
    for (size_t i = 0; i < message->deliveries.count; i++) {
        uint32_t hops = message->deliveries.items[i].value;
        hops_max = hops > hops_max ? hops : hops_max;
    }
    fprintf(out, "%s{\"number\":%" PRIu32 ",\"topic\":", section->written == 0 ? "" : ",",
            message->number);
    page_json(out, known->topic < run->topics.count ? run->topics.items[known->topic] : "?");
    if (known->origin == TRACE_NONE) {
        fputs(",\"origin\":null", out);
    } else {
        fprintf(out, ",\"origin\":%" PRIu32, known->origin);
    }
    fprintf(out,
            ",\"published_ns\":%" PRId64 ",\"expected\":%" PRIu32 ",\"hops_max\":%" PRIu32
            ",\"unit_ns\":%" PRId64 ",\"end_ns\":%" PRId64 ",\"block\":\"view-m%" PRIu32
            "\",\"duplicates\":",
            known->published_ns, known->expected, hops_max, unit_ns, message->end_ns,
            message->number);
    if (known->duplicates == RUN_DATA_UNKNOWN) {
        fputs("null", out);
    } else {
        fprintf(out, "%" PRIu32, known->duplicates);
    }
    if (message->controls_left_out > 0) {
        fprintf(out,
                ",\"note\":\"%" PRIu64 " later control messages are left out of the picture.\"",
                message->controls_left_out);
    }
    fputc('}', out);
}

/** Writes the messages that fit, in the order of their choice. */
static void write_messages(struct section *section, FILE *info, FILE *data) {
    enum { INFO = 400 }; // bytes of a message beside its columns
    struct spread *spread = &section->spread;
    fputs("\"messages\":[", info);
    for (uint32_t i = 0; i < spread->count; i++) {
        struct spread_message *message = &spread->messages[i];
        int64_t unit_ns = 1;
        struct page_columns columns = spread_columns(spread, message, &unit_ns);
        fflush(info);
        if (page_columns_cost(&columns) + (uint64_t)(section->written + 1) * INFO >
            report_room(section->report)) {
            page_columns_drop(&columns);
        } else {
            char block[BLOCK_NAME_SIZE];
            snprintf(block, sizeof block, "view-m%" PRIu32, message->number);
            write_message_info(section, message, unit_ns, info);
            page_columns_write(&columns, data, block);
            section->written++;
        }
        spread_drop(message);
    }
    fputs("]", info);
}

static void write_data(struct section *section) {
    const struct run_data *run = section->run;
    FILE *data = section->report->parts[REPORT_DATA].out;
    struct page_columns columns = {.bytes = NULL};
    const char *roles[ROLE_COUNT];
    for (uint32_t i = 0; i < ROLE_COUNT; i++) {
        roles[i] = role_rows[i].name;
    }
    columns_of_nodes(section, &columns);
    page_columns_write(&columns, data, "view-network");
    write_links(section, data);
    char *text = NULL;
    size_t size = 0;
    FILE *info = open_memstream(&text, &size);
    if (info == NULL) {
        return;
    }
    fprintf(info, "{\"nodes\":%" PRIu32 ",\"wide\":%.9g,\"high\":%.9g,\"layout\":", run->node_count,
            section->places.wide, section->places.high);
    page_json(info, section->places.name);
    fprintf(info, ",\"crowded\":%s,", section->places.crowded ? "true" : "false");
    write_list(info, "regions", run->regions.items, run->regions.count);
    write_list(info, "roles", roles, ROLE_COUNT);
    write_groups(section, info);
    write_discs(section, info);
    write_messages(section, info, data);
    fputs("}", info);
    fclose(info);
    fputs("<script type=\"application/json\" id=\"view-info\">", data);
    fwrite(text, 1, size, data);
    fputs("</script>\n", data);
    free(text);
}

/** What the picture has, and what was left out of it. */
static void write_notes(const struct section *section, FILE *out) {
    char number[NUMBER_TEXT_SIZE];
    fputs("<p class=\"note\">Place <em>", out);
    page_print(out, "%s", section->places.name);
    fputs("</em>: ", out);
    page_text(out, section->places.words);
    fputs(" Place <em>by arrival</em>: the publisher is in the middle, nodes are further out the "
          "later they heard, each in the sector of the node it heard from; the disc that holds the "
          "first half of them has half of the area. Nodes that never hear stand around it.",
          out);
    if (section->links_left_out) {
        fputs(section->run->link_count == 0
                  ? " The trace has no links to draw."
                  : " Links are not drawn: they would take too much of the page (--max-size).",
              out);
    }
    fputs("</p>\n", out);
    if (!section->spread.full) {
        fputs("<p class=\"note\">This run was traced with <code>--trace deliveries</code>: "
              "duplicates, losses, control messages and meshes are not in it. <code>gossim "
              "run " REPORT_SCENARIO_FILE
              " --trace full</code> keeps them, and is the same run.</p>\n",
              out);
    } else if (!section->spread.meshes) {
        fputs("<p class=\"note\">Meshes are left out: there are too many nodes and topics.</p>\n",
              out);
    }
    if (section->written < section->available) {
        fprintf(out,
                "<p class=\"note\" id=\"view-left-out\">%" PRIu32 " of %s messages are in this "
                "picture: the first one, the one that reached the smallest share, the slowest one, "
                "then in order, as many as the page has room for (%d at most). <code>gossim report "
                "DIR --message N</code> puts others in, <code>--max-size</code> more.</p>\n",
                section->written, grouped(section->available, number), SPREAD_MESSAGES_MAX);
    }
}

static void write_layer(FILE *out, const char *value, const char *name, const char *look,
                        const char *state) {
    fprintf(out,
            "<label%s><input type=\"checkbox\" value=\"%s\"%s> %s <svg viewBox=\"0 0 32 12\" "
            "aria-hidden=\"true\">%s</svg></label>\n",
            strcmp(state, " disabled") == 0 ? " class=\"absent\" title=\"not in this trace\"" : "",
            value, state, name, look);
}

static void write_layers(const struct section *section, FILE *out) {
    const char *full = section->spread.full ? "" : " disabled";
    fputs("<fieldset id=\"view-layers\"><legend>Layers</legend>\n", out);
    write_layer(out, "links", "links", "<path class=\"ink-link\" d=\"M0 6H32\"/>",
                section->links_left_out ? " disabled" : " checked");
    write_layer(out, "mesh", "mesh when published", "<path class=\"ink-mesh\" d=\"M0 6H32\"/>",
                section->spread.meshes ? "" : " disabled");
    write_layer(out, "tree", "first deliveries", "<path class=\"ink-tree\" d=\"M0 6H32\"/>",
                " checked");
    write_layer(out, "duplicates", "duplicates", "<path class=\"ink-duplicate\" d=\"M0 6H32\"/>",
                full);
    write_layer(out, "lost", "lost copies",
                "<path class=\"ink-lost\" d=\"M0 6H32M12 2L20 10M12 10L20 2\"/>", full);
    write_layer(out, "ihave", "IHAVE", "<path class=\"ink-ihave\" d=\"M0 6H32\"/>", full);
    write_layer(out, "iwant", "IWANT", "<path class=\"ink-iwant\" d=\"M0 6H32\"/>", full);
    write_layer(out, "graft", "GRAFT", "<path class=\"ink-graft\" d=\"M0 6H32\"/>", full);
    write_layer(out, "prune", "PRUNE", "<path class=\"ink-prune\" d=\"M0 6H32\"/>", full);
    fputs("</fieldset>\n", out);
}

static void write_controls(FILE *out) {
    fputs(
        "<div class=\"bar\"><label>Message <select id=\"view-message\"></select></label>\n"
        "<label>Place <select id=\"view-layout\"></select></label>\n"
        "<label>Colour by <select id=\"view-colour\"></select></label>\n"
        "<label>Until <select id=\"view-span\"><option value=\"most\">99 % have it</option>"
        "<option value=\"all\">the last has it</option><option value=\"copies\">the last copy"
        "</option></select></label>\n"
        "<label>Copies and control <select id=\"view-trail\"><option value=\"0.04\">just now"
        "</option><option value=\"0.15\">of late</option><option value=\"all\">all so far</option>"
        "</select></label>\n"
        "<label>Speed <select id=\"view-speed\"><option value=\"0.1\">¹⁄₁₀</option>"
        "<option value=\"0.25\">¼</option><option value=\"0.5\">½</option>"
        "<option value=\"1\" selected>1</option><option value=\"2\">2</option>"
        "<option value=\"4\">4</option></select></label></div>\n",
        out);
}

static void write_time(FILE *out) {
    fputs("<div class=\"bar\"><button type=\"button\" id=\"view-play\" aria-pressed=\"false\">▶ "
          "Play</button>\n<button type=\"button\" id=\"view-start\" title=\"To the "
          "publication\">Start</button>\n<button type=\"button\" id=\"view-end\" title=\"To the "
          "end\">End</button>\n<input type=\"range\" id=\"view-time\" min=\"0\" max=\"1000\" "
          "step=\"1\" value=\"1000\" aria-label=\"Time since the publication\">\n<output "
          "id=\"view-now\" for=\"view-time\"></output></div>\n",
          out);
}

static void write_side(FILE *out) {
    fputs(
        "<div class=\"side\">\n<div><h3>Until now</h3><dl>\n"
        "<dt>nodes reached</dt><dd id=\"view-reached\"></dd>\n"
        "<dt>expected ones</dt><dd id=\"view-expected\"></dd>\n"
        "<dt>duplicates</dt><dd id=\"view-duplicates\"></dd>\n"
        "<dt>lost copies</dt><dd id=\"view-lost\"></dd>\n"
        "<dt>control, shown</dt><dd id=\"view-control\"></dd></dl></div>\n"
        "<canvas id=\"view-cdf\" role=\"img\" aria-label=\"Share of all nodes reached, over time; "
        "what has happened is filled\"></canvas>\n"
        "<div><h3><label for=\"view-node\">Node</label> <input type=\"number\" id=\"view-node\" "
        "min=\"0\" step=\"1\"></h3>\n<div id=\"view-detail\" aria-live=\"polite\"></div></div>\n"
        "</div>\n",
        out);
}

static void write_legend(FILE *out) {
    fputs(
        "<div id=\"view-legend\"><span>has it, by colour: <span id=\"view-scale\"></span></span>\n"
        "<span><svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><circle cx=\"8\" cy=\"8\" r=\"3\" "
        "class=\"fill-waiting\"/></svg> not yet</span>\n"
        "<span><svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path class=\"ink-text\" "
        "d=\"M4 4L12 12M12 4L4 12\"/></svg> never gets it</span>\n"
        "<span><svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><rect x=\"2\" y=\"2\" width=\"12\" "
        "height=\"12\" class=\"fill-text\"/></svg> publisher</span>\n"
        "<span><svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><circle cx=\"8\" cy=\"8\" r=\"6\" "
        "class=\"ink-text\"/></svg> got it just now</span></div>\n",
        out);
}

static void write_view(const struct section *section, FILE *out) {
    fputs("<section id=\"spread\">\n<h2>How a message spread</h2>\n", out);
    if (section->written == 0) {
        fputs("<p>There is nothing to play back: no message was published, or none fits on a page "
              "of this size (--max-size).</p>\n</section>\n",
              out);
        return;
    }
    fputs("<noscript><p class=\"note\">The animated view needs the script of this page.</p>"
          "</noscript>\n<div id=\"view\" hidden>\n",
          out);
    write_controls(out);
    write_layers(section, out);
    fputs("<div class=\"main\">\n<div id=\"view-stage\"><canvas id=\"view-canvas\" tabindex=\"0\" "
          "role=\"application\" "
          "aria-label=\"The network and the message in it: arrow keys go from node to node, space "
          "plays\" aria-describedby=\"view-keys\"></canvas>"
          "<div id=\"view-tip\" hidden></div></div>\n",
          out);
    write_time(out);
    write_legend(out);
    fputs("<p class=\"hint\" id=\"view-keys\">With the picture in focus: <kbd>Space</kbd> "
          "plays and pauses, <kbd>Home</kbd> <kbd>End</kbd> <kbd>PgUp</kbd> <kbd>PgDn</kbd> move "
          "in time, <kbd>←</kbd> <kbd>→</kbd> go from node to node in the order of arrival, "
          "<kbd>↑</kbd> to the node it came from, <kbd>↓</kbd> to the first one it was passed on "
          "to, <kbd>Esc</kbd> lets go. <kbd>+</kbd> <kbd>−</kbd> or the wheel enlarge, "
          "<kbd>0</kbd> shows all, dragging or <kbd>Shift</kbd> with arrows moves what is "
          "enlarged. The slider takes its own keys, and space.</p>\n"
          "<p class=\"note\" id=\"view-note\" aria-live=\"polite\"></p>\n</div>\n",
          out);
    write_side(out);
    fputs("</div>\n", out);
    write_notes(section, out);
    fputs("</section>\n", out);
}

static uint32_t count_available(const struct run_data *run) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < run->message_count; i++) {
        count += run->messages[i].published && !run->messages[i].left_out ? 1 : 0;
    }
    return count;
}

bool report_spread_section(struct report *report, const struct run_data *run, const char *trace) {
    enum { SECTION = 16384 }; // bytes of controls and notes
    struct section section = {.report = report, .run = run, .available = count_available(run)};
    const struct scenario *scenario = report->scenario;
    uint64_t room = report_room(report);
    uint64_t network = (uint64_t)run->node_count * 16 + (uint64_t)run->link_count * 6;
    uint64_t kept = SECTION + (network < room / 3 ? network : room / 3);
    if (!spread_choose(&section.spread, report, run, room > kept ? room - kept : 0)) {
        return false;
    }
    report_begin_part(report, REPORT_VIEW);
    if (section.spread.count == 0) {
        write_view(&section, report->body);
        return true;
    }
    bool ok =
        spread_place(&section.places, report, run) && spread_read(&section.spread, report, trace);
    if (ok) {
        bool grouped_nodes = scenario != NULL && scenario->node_count == run->node_count;
        section.groups = grouped_nodes ? groups_assign(scenario, report->arena) : NULL;
        // What is still to be written of the section needs its room, too.
        uint64_t later = report->options.size_max < SECTION ? report->options.size_max : SECTION;
        report->options.size_max -= later;
        write_data(&section);
        report->options.size_max += later;
        write_view(&section, report->body);
    }
    spread_finish(&section.spread);
    return ok;
}
