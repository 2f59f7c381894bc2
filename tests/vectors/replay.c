/**
 * Replays recordings of the 2020 router: `replay FOLDER` or `replay FILE…`.
 *
 * Every line of a *.jsonl file is one case. Each disagreement is one line of output, the last line
 * counts cases. Exit status: 0 all agree, 1 some do not, 2 a file is malformed or cannot be read.
 */
#include "tests/vectors/cache_vectors.h"
#include "tests/vectors/router_vectors.h"
#include "tests/vectors/wire_vectors.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { EXIT_DISAGREES = 1, EXIT_MALFORMED = 2, PATH_SIZE = 4096, DISAGREEMENT_SIZE = 2048 };

static void replay_wire(struct vector_report *report, struct vector_line *line,
                        const json_t *recorded) {
    char id[64];
    char disagreement[DISAGREEMENT_SIZE];
    snprintf(id, sizeof id, "case %lld", (long long)line_integer(line, recorded, "n", UINT32_MAX));
    if (line->malformed) {
        return;
    }
    report_begin(report, id);
    if (!wire_vector_check(recorded, disagreement, sizeof disagreement)) {
        report_disagree_text(report, disagreement);
    }
    report_end(report);
}

static void replay_line(struct vector_report *report, struct vector_line *line,
                        const json_t *recorded) {
    if (json_object_get(recorded, "kind") == NULL) {
        const char *slash = strrchr(line->file, '/');
        const char *name = slash == NULL ? line->file : slash + 1;
        replay_router(report, line, recorded, strstr(name, "metrics") != NULL);
        return;
    }
    const char *kind = line_text(line, recorded, "kind");
    if (strcmp(kind, "mcache") == 0) {
        replay_mcache(report, line, recorded);
    } else if (strcmp(kind, "timedcache") == 0) {
        replay_timed_cache(report, line, recorded);
    } else if (strcmp(kind, "encode") == 0 || strcmp(kind, "decode") == 0) {
        replay_wire(report, line, recorded);
    } else {
        line_malformed(line, "there is no kind '%s'", kind);
    }
}

/** False if the file cannot be read or is malformed, which has been said then. */
static bool replay_file(struct vector_report *report, const char *path) {
    struct vector_line line = {.file = path};
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t capacity = 0;
    ssize_t size = 0;
    bool empty = true;
    if (file == NULL) {
        fprintf(stderr, "%s: cannot be opened: %s\n", path, strerror(errno));
        return false;
    }
    report->file = path;
    errno = 0;
    while (!line.malformed && (size = getline(&text, &capacity, file)) != -1) {
        line.number++;
        if (strspn(text, " \t\r\n") == (size_t)size) {
            continue;
        }
        empty = false;
        json_t *recorded = line_parse(&line, text, (size_t)size);
        if (recorded != NULL) {
            replay_line(report, &line, recorded);
            json_decref(recorded);
        }
    }
    if (line.malformed) {
        failure_print(&line.failure, stderr);
        fprintf(stderr, "%s: the rest of this file is not replayed\n", path);
    } else if (ferror(file)) {
        fprintf(stderr, "%s: cannot be read: %s\n", path, strerror(errno));
        line.malformed = true;
    } else if (empty) {
        fprintf(stderr, "%s: there is no case in this file\n", path);
        line.malformed = true;
    }
    free(text);
    fclose(file);
    report->file = NULL; // the path may not outlive the replay
    return !line.malformed;
}

static int is_recording(const struct dirent *entry) {
    size_t size = strlen(entry->d_name);
    return size > strlen(".jsonl") &&
           strcmp(entry->d_name + size - strlen(".jsonl"), ".jsonl") == 0;
}

/** Replays the recordings of a folder in the order of their names. */
static bool replay_folder(struct vector_report *report, const char *folder) {
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_recording, alphasort);
    bool good = count > 0;
    if (count <= 0) {
        fprintf(stderr, "%s: %s\n", folder,
                count == 0 ? "there is no *.jsonl file in this folder" : strerror(errno));
    }
    for (int i = 0; i < count; i++) {
        char path[PATH_SIZE];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        good = replay_file(report, path) && good;
        free(entries[i]);
    }
    free(entries);
    return good;
}

int main(int argc, char **argv) {
    struct vector_report report = {.out = stdout};
    bool good = true;
    if (argc < 2) {
        fprintf(stderr, "usage: %s FOLDER or FILE…\n", argv[0]);
        return EXIT_MALFORMED;
    }
    for (int i = 1; i < argc; i++) {
        struct stat status;
        bool is_folder = stat(argv[i], &status) == 0 && S_ISDIR(status.st_mode);
        bool replayed = is_folder ? replay_folder(&report, argv[i]) : replay_file(&report, argv[i]);
        good = replayed && good;
    }
    printf("%u passed, %u failed\n", report.passed, report.failed);
    if (!good) {
        return EXIT_MALFORMED;
    }
    return report.failed == 0 ? EXIT_SUCCESS : EXIT_DISAGREES;
}
