#include "cli/result_place.h"

#include "base/hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

// A name, a seed and this, with what result_folder.c puts around it, fit in the 255 bytes of a file
// name.
enum { CHANGES_SIZE_MAX = 100, HASH_TEXT_SIZE = 10 };

/** The overrides as they will stand in the name. */
struct changes {
    char text[CHANGES_SIZE_MAX + HASH_TEXT_SIZE];
    size_t size;
    bool gap;      // something was left out since the last character
    bool whole;    // nothing was left out at all
    uint64_t hash; // of everything
};

static bool is_safe(char byte) {
    bool word = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                (byte >= '0' && byte <= '9');
    return word || (byte != '\0' && strchr("_.+%-", byte) != NULL);
}

static void put(struct changes *changes, char byte) {
    if (changes->size < CHANGES_SIZE_MAX) {
        changes->text[changes->size++] = byte;
    } else {
        changes->whole = false;
    }
}

/** Adds a sign of ours: what was left out before it leaves no mark. */
static void put_sign(struct changes *changes, char sign) {
    changes->gap = false;
    put(changes, sign);
}

/** Adds a text, with a dash for each part that cannot stand in a name, but none at its ends. */
static void put_text(struct changes *changes, const char *text) {
    changes->hash = hash_bytes(text, strlen(text) + 1, changes->hash);
    bool begun = false;
    for (; *text != '\0'; text++) {
        if (!is_safe(*text)) {
            changes->gap = begun;
            changes->whole = false;
            continue;
        }
        if (changes->gap) {
            put_sign(changes, '-');
        }
        put(changes, *text);
        begun = true;
    }
}

/** True if the override stands in the name: not what is there already, nor what a later one
 * replaces. */
static bool is_named(const struct load_request *request, uint32_t index) {
    const char *path = request->overrides[index].path;
    for (uint32_t i = index + 1; i < request->override_count; i++) {
        if (strcmp(request->overrides[i].path, path) == 0) {
            return false;
        }
    }
    return strcmp(path, "seed") != 0 && strcmp(path, "name") != 0;
}

static void put_overrides(struct changes *changes, const struct load_request *request) {
    for (uint32_t i = 0; i < request->override_count; i++) {
        if (!is_named(request, i)) {
            continue;
        }
        put_sign(changes, changes->size == 0 ? '-' : ',');
        put_text(changes, request->overrides[i].path);
        put_sign(changes, '=');
        put_text(changes, request->overrides[i].value);
    }
    if (!changes->whole) {
        snprintf(changes->text + changes->size, HASH_TEXT_SIZE, "-%08" PRIx32,
                 (uint32_t)changes->hash);
    }
}

char *result_place(const struct scenario *scenario, const struct load_request *request,
                   const char *kind) {
    struct changes changes = {.whole = true};
    put_overrides(&changes, request);
    char *place = NULL;
    int size = kind == NULL ? asprintf(&place, "out/%s-%" PRIu64 "%s", scenario->name,
                                       scenario->seed, changes.text)
                            : asprintf(&place, "out/%s-%s%s", scenario->name, kind, changes.text);
    return size < 0 ? NULL : place;
}
