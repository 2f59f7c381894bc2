#include "cli/diff_side.h"

#include "cli/result_folder.h"
#include "scenarios/run.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char *path_in(struct arena *arena, const char *folder, const char *name) {
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = arena_take(arena, MEMORY_TABLES, size);
    snprintf(path, size, "%s/%s", folder, name);
    return path;
}

static bool fail_of_ties(const struct diff_side *side, const char *ties) {
    fprintf(stderr, "gossim: %s: the run had ties in an order that this gossim does not know: %s\n",
            side->given, ties);
    return false;
}

/** The digest that the summary of a folder tells, and the order of ties; false after a message if
 * it has no digest. */
static bool read_summary(struct diff_side *side, struct arena *arena) {
    const char *path = path_in(arena, side->given, RESULT_FOLDER_MARK);
    json_error_t error;
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    const char *digest = json_string_value(json_object_get(root, "digest"));
    bool ok = digest != NULL && strlen(digest) == DIGEST_TEXT_SIZE - 1;
    if (ok) {
        memcpy(side->digest, digest, DIGEST_TEXT_SIZE);
    } else {
        fprintf(stderr, "gossim: %s is no folder of a finished run: %s has no digest\n",
                side->given, path);
    }
    const char *ties = json_string_value(json_object_get(root, "ties"));
    side->ties = TIES_FIRST; // of a summary from before there was any other
    ok = ok && (ties == NULL || ties_find(ties, &side->ties) || fail_of_ties(side, ties));
    json_decref(root);
    return ok;
}

bool diff_side_load(struct diff_side *side, struct arena *arena, struct load_request *request,
                    enum ties ties) {
    struct stat status;
    *side = (struct diff_side){.request = request, .given = request->path, .ties = ties};
    side->is_folder = stat(side->given, &status) == 0 && S_ISDIR(status.st_mode);
    if (side->is_folder) {
        if (!read_summary(side, arena)) {
            return false;
        }
        if (request->override_count > 0) {
            side->digest[0] = '\0'; // of another run
        }
        request->path = path_in(arena, side->given, "scenario.yaml");
    }
    side->scenario = load_scenario(arena, request);
    return side->scenario != NULL;
}

bool diff_side_repeats(const struct diff_side *side) {
    struct arena *arena = arena_create(NULL);
    struct failure failure;
    const struct run_options options = {.threads = 1, .ties = side->ties};
    struct fleet *fleet = run_build(arena, side->scenario, &options, &failure);
    bool same = false;
    if (fleet != NULL) {
        struct run_result result;
        char text[DIGEST_TEXT_SIZE];
        run_through(&result, fleet, NULL);
        same = strcmp(digest_write(result.digest, text), side->digest) == 0;
    }
    arena_destroy(arena);
    return same;
}

const char *diff_side_trace(const struct diff_side *side, struct arena *arena) {
    return path_in(arena, side->given, "trace.gst");
}
