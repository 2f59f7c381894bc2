#include "base/hash.h"
#include "base/quantity.h"
#include "cli/command.h"
#include "cli/json_words.h"
#include "cli/result_file.h"
#include "cli/shell_text.h"
#include "cli/shrink.h"
#include "cli/version.h"
#include "scenarios/scenario_brief.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE_ROWS = 6, RUNS_SHOWN = 8, HEADER_TEXT_SIZE = 2 * OUTCOME_TEXT_SIZE };

struct shrink_size shrink_size_of(const struct scenario *scenario, const struct outcome *outcome) {
    uint64_t rows = 0;
    for (uint32_t i = 0; i < scenario->churn_count; i++) {
        rows += scenario->churns[i].rows == NULL ? 1 : scenario->churns[i].row_count;
    }
    return (struct shrink_size){
        .nodes = scenario->node_count,
        .links = outcome->links,
        .messages = outcome->messages,
        .topics = scenario->topic_count,
        .events = scenario->event_count + rows,
        .duration_ns = scenario->duration_ns,
    };
}

/** A figure of a size, by its row. */
static const char *size_row(const struct shrink_size *size, int row, char *text) {
    const uint64_t counts[SIZE_ROWS - 1] = {size->nodes, size->links, size->messages, size->topics,
                                            size->events};
    if (row == SIZE_ROWS - 1) {
        return quantity_write_duration(size->duration_ns, text);
    }
    snprintf(text, QUANTITY_TEXT_SIZE, "%" PRIu64, counts[row]);
    return text;
}

static const char *const size_names[SIZE_ROWS] = {"nodes",  "links",  "messages",
                                                  "topics", "events", "time"};

bool shrink_report_step(struct shrink *shrink, const struct shrink_size *before, const char *what) {
    struct shrink_size after = shrink_size_of(shrink->best, &shrink->last);
    FILE *out = shrink->options->json ? stderr : stdout;
    if (shrink->hidden_from > 0 && after.nodes >= shrink->hidden_from) {
        return true;
    }
    progress_say(&shrink->progress, NULL);
    if (!shrink->options->quiet) {
        const char *separator = "";
        fprintf(out, "  %6" PRIu64 "  ", shrink->runs);
        for (int row = 0; row < SIZE_ROWS; row++) {
            char old[QUANTITY_TEXT_SIZE];
            char new[QUANTITY_TEXT_SIZE];
            if (strcmp(size_row(before, row, old), size_row(&after, row, new)) != 0) {
                fprintf(out, "%s%s %s → %s", separator, size_names[row], old, new);
                separator = ", ";
            }
        }
        fprintf(out, "%s%s\n", separator[0] == '\0' ? "" : ": ", what);
        fflush(out);
    }
    return shrink_write(shrink, false);
}

void shrink_print_start(const struct shrink *shrink, FILE *out) {
    char text[HEADER_TEXT_SIZE];
    outcome_describe(&shrink->first, text, sizeof text);
    struct shrink_size size = shrink_size_of(shrink->original, &shrink->first);
    fprintf(out, "  shrink       %s, seed %" PRIu64 "\n", shrink->original->name,
            shrink->original->seed);
    fprintf(out, "  fails        %s\n", text);
    for (size_t i = 0; i < shrink->cure_count; i++) {
        char cure[REDUCE_CURE_TEXT_SIZE];
        fprintf(out, "  %-12s %s\n", i == 0 ? "cured by" : "",
                reduce_cure_text(&shrink->cures[i], cure));
    }
    if (shrink->cure_count == 0) {
        fputs("  cured by     nothing that was tried: no quirk, role or fault less\n", out);
    }
    if (shrink->expectation > 0 && shrink->room.topic_pieces > 1) {
        fprintf(out,
                "  note         the subscribers of a topic are in %" PRIu32
                " pieces of the graph that are not linked\n",
                shrink->room.topic_pieces);
    }
    fprintf(out, "  %-12s", "size");
    for (int row = 0; row < SIZE_ROWS; row++) {
        char figure[QUANTITY_TEXT_SIZE];
        fprintf(out, "%s %s %s", row == 0 ? "" : ",", size_names[row],
                size_row(&size, row, figure));
    }
    fputs("\n    runs\n", out);
    fflush(out);
}

/** Starts a line of a comment: a text in memory, which comment_end() gives. */
struct comment {
    FILE *stream; // NULL: no memory
    char *text;
    size_t size;
};

static void comment_begin(struct comment *comment) {
    *comment = (struct comment){.stream = NULL};
    comment->stream = open_memstream(&comment->text, &comment->size);
}

/** The text in one line, whatever names of files have in them; to be freed. */
static char *comment_end(struct comment *comment) {
    if (comment->stream == NULL || fclose(comment->stream) != 0) {
        return NULL;
    }
    for (size_t i = 0; i < comment->size; i++) {
        bool control = (unsigned char)comment->text[i] < ' ';
        comment->text[i] = control ? '?' : comment->text[i];
    }
    return comment->text;
}

/** The command of the scenario that was made smaller; to be freed. */
static char *origin_of(const struct shrink *shrink) {
    struct comment comment;
    comment_begin(&comment);
    if (comment.stream != NULL) {
        shell_print_run(&shrink->options->request, comment.stream);
    }
    return comment_end(&comment);
}

/** The command of what came out; to be freed. */
static char *command_of(const struct shrink *shrink) {
    struct comment comment;
    comment_begin(&comment);
    if (comment.stream != NULL) {
        fputs("gossim run ", comment.stream);
        shell_print_word(shrink->file, comment.stream);
    }
    return comment_end(&comment);
}

static uint32_t former_of(const struct scenario *scenario, uint32_t node) {
    return scenario->former == NULL ? node : scenario->former[node];
}

/** The end of a run of nodes whose numbers there follow on each other, too. */
static uint32_t run_end(const struct scenario *scenario, uint32_t first) {
    uint32_t end = first + 1;
    while (end < scenario->node_count &&
           former_of(scenario, end) == former_of(scenario, end - 1) + 1) {
        end++;
    }
    return end;
}

/** What the nodes that are left were in the original: "0 was 3, 1..4 were 7..10". */
static void print_nodes(const struct shrink *shrink, FILE *out) {
    const struct scenario *scenario = shrink->best;
    uint32_t first = 0;
    for (int runs = 0; first < scenario->node_count && runs < RUNS_SHOWN; runs++) {
        uint32_t end = run_end(scenario, first);
        uint32_t there = former_of(scenario, first);
        fputs(first == 0 ? "" : ", ", out);
        if (end == first + 1) {
            fprintf(out, "%" PRIu32 " was %" PRIu32, first, there);
        } else {
            fprintf(out, "%" PRIu32 "..%" PRIu32 " were %" PRIu32 "..%" PRIu32, first, end - 1,
                    there, there + (end - 1 - first));
        }
        first = end;
    }
    if (first < scenario->node_count) {
        fprintf(out, ", and %" PRIu32 " more", scenario->node_count - first);
    }
    fputs(scenario->redrawn ? "; by number alone, as the graph was drawn anew\n" : "\n", out);
}

/** Whether there is anything to say of that. */
static bool has_other_nodes(const struct shrink *shrink) {
    return shrink->best->redrawn || shrink->best->node_count < shrink->original->node_count ||
           run_end(shrink->best, 0) < shrink->best->node_count;
}

/** What the first lines of the file say. */
static void print_header(const struct shrink *shrink, FILE *out) {
    char *origin = origin_of(shrink);
    char *command = command_of(shrink);
    char text[HEADER_TEXT_SIZE];
    char digest[DIGEST_TEXT_SIZE];
    struct shrink_size before = shrink_size_of(shrink->original, &shrink->first);
    struct shrink_size after = shrink_size_of(shrink->best, &shrink->last);
    outcome_describe(&shrink->last, text, sizeof text);
    fprintf(out,
            "# Made by gossim shrink of seed %" PRIu64
            " of\n#\n#     %s\n#\n# whose canonical form is "
            "%s. There and here:\n#\n# %s\n#\n#     %s\n#\n",
            shrink->original->seed, origin == NULL ? "" : origin, shrink->original_digest, text,
            command == NULL ? "" : command);
    free(origin);
    free(command);
    for (size_t i = 0; i < shrink->cure_count; i++) {
        char cure[REDUCE_CURE_TEXT_SIZE];
        fprintf(out, "# %s %s\n", i == 0 ? "Met with" : "      or",
                reduce_cure_text(&shrink->cures[i], cure));
    }
    if (shrink->cure_count == 0) {
        fputs("# Nothing that was tried cures it: no quirk, role or fault less.\n", out);
    }
    fputs("#\n#              there      here\n", out);
    for (int row = 0; row < SIZE_ROWS; row++) {
        char old[QUANTITY_TEXT_SIZE];
        char new[QUANTITY_TEXT_SIZE];
        fprintf(out, "#   %-8s %8s  %8s\n", size_names[row], size_row(&before, row, old),
                size_row(&after, row, new));
    }
    fprintf(out, "#   %-8s %8" PRIu64 "  %8" PRIu64 "   of the simulation\n#\n", "steps",
            shrink->first.events, shrink->last.events);
    if (has_other_nodes(shrink)) {
        fputs("# Its nodes there: ", out);
        print_nodes(shrink, out);
        fputs("#\n", out);
    }
    digest_write(shrink->last.digest, digest);
    fprintf(out, "# Its digest is %s.\n", digest);
    if (shrink->note_count > 0) {
        fputs("# Nothing more can go: without any one of its nodes, links, messages, topics or "
              "events it does not\n# fail, fails for another reason, or could not succeed.\n",
              out);
    }
}

/** What is written, and what it needs for its notes. */
struct writing {
    const struct shrink *shrink;
    struct arena *arena;
};

/** All notes about a part, a line each. */
static const char *note_of(void *context, const char *path) {
    const struct writing *writing = context;
    const struct shrink *shrink = writing->shrink;
    size_t room = (shrink->note_count + 1) * sizeof shrink->notes[0].text;
    char *lines = arena_take(writing->arena, MEMORY_TABLES, room);
    size_t size = 0;
    for (size_t i = 0; i < shrink->note_count; i++) {
        const struct shrink_note *note = &shrink->notes[i];
        if (strcmp(note->path, path) == 0) {
            size += (size_t)snprintf(lines + size, room - size, "%s\n", note->text);
        }
    }
    return lines;
}

bool shrink_write(struct shrink *shrink, bool whole) {
    struct result_file file = {0};
    struct arena *scratch = arena_create(NULL);
    bool ok = result_file_open(&file, shrink->file, &shrink->failure);
    if (ok) {
        struct writing writing = {shrink, scratch};
        struct scenario_brief_options options = {
            .note = note_of, .context = &writing, .hurried = !whole};
        print_header(shrink, file.stream);
        fputs(scenario_brief(scratch, shrink->best, &options), file.stream);
        ok = result_file_complete(&file, &shrink->failure) &&
             result_file_publish(&file, &shrink->failure);
    }
    result_file_abandon(&file);
    arena_destroy(scratch);
    return ok;
}

static json_t *size_object(const struct shrink_size *size) {
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "nodes", (json_int_t)size->nodes, "links",
                     (json_int_t)size->links, "messages", (json_int_t)size->messages, "topics",
                     (json_int_t)size->topics, "events", (json_int_t)size->events, "virtual_ns",
                     (json_int_t)size->duration_ns);
}

/** What each node was in the original. */
static json_t *nodes_array(const struct scenario *scenario) {
    json_t *nodes = json_array();
    for (uint32_t node = 0; node < scenario->node_count; node++) {
        json_array_append_new(nodes, json_integer(former_of(scenario, node)));
    }
    return nodes;
}

static json_t *cures_array(const struct shrink *shrink) {
    json_t *cures = json_array();
    for (size_t i = 0; i < shrink->cure_count; i++) {
        char text[REDUCE_CURE_TEXT_SIZE];
        json_array_append_new(cures, json_string(reduce_cure_text(&shrink->cures[i], text)));
    }
    return cures;
}

json_t *shrink_json(const struct shrink *shrink) {
    char text[HEADER_TEXT_SIZE];
    char digest[DIGEST_TEXT_SIZE];
    outcome_describe(&shrink->last, text, sizeof text);
    digest_write(shrink->last.digest, digest);
    struct shrink_size before = shrink_size_of(shrink->original, &shrink->first);
    struct shrink_size after = shrink_size_of(shrink->best, &shrink->last);
    return json_pack("{s:s, s:s, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:b, s:I, s:I, s:b}",
                     "gossim", GOSSIM_VERSION, "scenario", shrink->original->name, "seed",
                     json_seed(shrink->best->seed), "fails", text, "digest", digest, "file",
                     json_path(shrink->file), "cures", cures_array(shrink), "before",
                     size_object(&before), "after", size_object(&after), "nodes_before",
                     nodes_array(shrink->best), "graph_redrawn", shrink->best->redrawn, "runs",
                     (json_int_t)shrink->runs, "successes", (json_int_t)shrink->successes,
                     "finished", !shrink->spent);
}

void shrink_print_end(const struct shrink *shrink, FILE *out) {
    struct shrink_size size = shrink_size_of(shrink->best, &shrink->last);
    char text[HEADER_TEXT_SIZE];
    outcome_describe(&shrink->last, text, sizeof text);
    fprintf(out, "  %-12s", shrink->spent ? "so far" : "smallest");
    for (int row = 0; row < SIZE_ROWS; row++) {
        char figure[QUANTITY_TEXT_SIZE];
        fprintf(out, "%s %s %s", row == 0 ? "" : ",", size_names[row],
                size_row(&size, row, figure));
    }
    fputc('\n', out);
    if (has_other_nodes(shrink)) {
        fputs("  its nodes    ", out);
        print_nodes(shrink, out);
    }
    fprintf(out, "  fails        %s\n  runs         %" PRIu64 "\n  repeat with  gossim run ", text,
            shrink->runs);
    shell_print_word(shrink->file, out);
    fputs("\n", out);
}
