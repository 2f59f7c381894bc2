// The sequence diagram of `why`, drawn by gnuplot.
#include "analysis/why_output.h"

#include "analysis/figure_sheet.h"
#include "analysis/figure_text.h"
#include "base/quantity.h"

#include <inttypes.h>
#include <string.h>

enum { LINE_LENGTH = 112, SUBTITLE_LINES = 3 };

/** How an arrow is drawn; numbers of plots/sequence.gp. */
enum look { LOOK_NOTE, LOOK_FIRST, LOOK_OTHER, LOOK_LOST };

static enum look look_of(const struct why_arrow *arrow) {
    return arrow->from == arrow->to ? LOOK_NOTE
           : !arrow->arrives        ? LOOK_LOST
           : arrow->first           ? LOOK_FIRST
                                    : LOOK_OTHER;
}

/** The sentence in lines of bounded length, which gnuplot reads from one text. */
static void define_sentence(struct table_file *file, const struct why_answer *answer) {
    char sentence[WHY_SENTENCE_SIZE];
    why_sentence(answer, sentence);
    char *at = sentence;
    for (int line = 1; line <= SUBTITLE_LINES; line++) {
        size_t size = strlen(at);
        char name[] = "sentence_0";
        name[sizeof name - 2] = (char)('0' + line);
        while (size > LINE_LENGTH) {
            size--;
            while (size > 0 && at[size] != ' ') {
                size--;
            }
        }
        figure_define_text(file, name, "%.*s", (int)size, at);
        at += size;
        at += *at == ' ' ? 1 : 0;
    }
}

/** The place of a node among the lifelines; a new one at the right if it has none. */
static uint32_t place_of(uint32_t *nodes, uint32_t *count, uint32_t node) {
    uint32_t place = 0;
    while (place < *count && nodes[place] != node) {
        place++;
    }
    if (place == *count) {
        nodes[(*count)++] = node;
    }
    return place;
}

static void print_arrows(struct table_file *file, const struct why_arrow *arrows, uint32_t count,
                         uint32_t *nodes, uint32_t *node_count) {
    char delay[FIGURE_TEXT_SIZE];
    table_file_print(file, "$arrows << END\n");
    for (uint32_t i = 0; i < count; i++) {
        const struct why_arrow *arrow = &arrows[i];
        uint32_t from = place_of(nodes, node_count, arrow->from);
        uint32_t to = place_of(nodes, node_count, arrow->to);
        bool travels = arrow->sent_ns < arrow->came_ns;
        table_file_print(file, "%" PRIu32 "\t%" PRIu32 "\t%" PRIu32 "\t%d\t%.3f s\t%s%s%s\n", i + 1,
                         from + 1, to + 1, (int)look_of(arrow),
                         (double)arrow->came_ns / (double)NS_PER_S, arrow->text,
                         travels ? ", " : "",
                         travels ? figure_duration(arrow->came_ns - arrow->sent_ns, delay) : "");
    }
    table_file_print(file, "END\n$nodes << END\n");
    for (uint32_t i = 0; i < *node_count; i++) {
        table_file_print(file, "%" PRIu32 "\tnode %" PRIu32 "\n", i + 1, nodes[i]);
    }
    table_file_print(file, "END\n");
}

static void write_script(struct table_file *file, const struct why_answer *answer) {
    struct why_arrow arrows[WHY_ARROWS_MAX];
    uint32_t nodes[2 * WHY_ARROWS_MAX];
    uint32_t node_count = 0;
    uint32_t count = why_arrows(answer, arrows);
    define_sentence(file, answer);
    figure_define_text(file, "scenario", "%s", answer->topic == NULL ? "" : answer->topic);
    figure_define_text(file, "identity", "%s", count == WHY_ARROWS_MAX ? "the first of many" : "");
    print_arrows(file, arrows, count, nodes, &node_count);
    figure_define_number(file, "rows", count > 0 ? count : 1);
    figure_define_number(file, "columns", node_count > 0 ? node_count : 1);
    figure_script_draw(file, "sequence");
    table_file_print(file, "target = \"pdf\"\n");
    figure_script_add(file, "common");
    figure_script_add(file, "sequence");
    table_file_print(file, "set output\n");
}

bool why_draw(const struct why_answer *answer, struct arena *arena, const char *folder,
              struct failure *failure) {
    static const char *const names[] = {"why"};
    char heading[FIGURE_NAME_SIZE];
    struct table_file *file = arena_take(arena, MEMORY_TABLES, sizeof *file);
    snprintf(heading, sizeof heading, "Message %" PRIu32 " and node %" PRIu32,
             answer->question.message, answer->question.node);
    if (!figure_folders_make(folder, failure)) {
        return false;
    }
    figure_script_open(file, folder, "why", heading);
    write_script(file, answer);
    return table_file_close(file, failure) && figure_draw(folder, names, 1, failure);
}
