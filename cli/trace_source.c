#include "cli/trace_source.h"

#include "cli/result_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BEGINNING_BYTES = 4, FILES_MAX = 1 << 20 };

static bool without_memory(struct failure *failure) {
    return failure_running(failure, "out of memory");
}

/** A path in a folder. */
static char *join(const char *folder, const char *name) {
    char *path = NULL;
    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static bool is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/** Whether a folder holds the trace of a run. */
static bool holds_run(const char *path) {
    char *trace = join(path, "trace.gst");
    bool holds = trace != NULL && access(trace, F_OK) == 0;
    free(trace);
    return holds;
}

/** Whether a folder is that of a run which left no trace. */
static bool is_without_trace(const char *path) {
    char *summary = join(path, RESULT_FOLDER_MARK);
    char *scenario = join(path, "scenario.yaml");
    bool is_run = summary != NULL && scenario != NULL && access(summary, F_OK) == 0 &&
                  access(scenario, F_OK) == 0;
    free(summary);
    free(scenario);
    return is_run && !holds_run(path);
}

bool trace_source_look(const char *path, bool *are_events, struct failure *failure) {
    static const unsigned char zstd[BEGINNING_BYTES] = {0x28, 0xb5, 0x2f, 0xfd};
    static const unsigned char gzip[2] = {0x1f, 0x8b};
    unsigned char beginning[BEGINNING_BYTES];
    if (is_folder(path)) {
        *are_events = !holds_run(path);
        if (is_without_trace(path)) {
            return failure_bad_input(failure,
                                     "%s holds a run without a trace: run it again with "
                                     "--trace full, or deliveries",
                                     path);
        }
        return true;
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return failure_bad_input(failure, "cannot open %s: %s", path, strerror(errno));
    }
    size_t size = fread(beginning, 1, sizeof beginning, file);
    fclose(file);
    if (size >= sizeof gzip && memcmp(beginning, gzip, sizeof gzip) == 0) {
        return failure_bad_input(failure, "%s is compressed; allowed: what gunzip makes of it",
                                 path);
    }
    *are_events = size > 0 && memcmp(beginning, zstd, size) != 0;
    return true;
}

/** Files whose names begin with a dot are somebody's own. */
static int is_wanted(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

/** The files in a folder, by name; folders in it are left out. */
static bool list_folder(struct arena *arena, const char *path, struct event_import_options *options,
                        struct failure *failure) {
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_wanted, alphasort);
    if (count < 0 || count > FILES_MAX) {
        return failure_bad_input(failure, "cannot look into %s: %s", path,
                                 count < 0 ? strerror(errno) : "too many files");
    }
    const char **paths = arena_take_array(arena, MEMORY_TABLES, (size_t)count, sizeof *paths);
    for (int i = 0; i < count; i++) {
        char *file = join(path, entries[i]->d_name);
        if (file != NULL && !is_folder(file)) {
            size_t size = strlen(file) + 1;
            paths[options->path_count++] =
                memcpy(arena_take(arena, MEMORY_TABLES, size), file, size);
        }
        free(file);
        free(entries[i]);
    }
    free(entries);
    options->paths = paths;
    return options->path_count > 0 ||
           failure_bad_input(failure, "%s holds neither a trace.gst nor files of TraceEvents",
                             path);
}

const char *trace_source_name(struct arena *arena, const char *path) {
    size_t size = strlen(path);
    while (size > 1 && path[size - 1] == '/') {
        size--;
    }
    size_t first = size;
    while (first > 0 && path[first - 1] != '/') {
        first--;
    }
    char *name = arena_take(arena, MEMORY_TABLES, size - first + 1);
    for (size_t i = first; i < size; i++) {
        char letter = path[i];
        bool plain = (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') ||
                     (letter >= 'a' && letter <= 'z') || letter == '.' || letter == '_';
        name[i - first] = plain ? letter : '-';
    }
    return name;
}

bool trace_source_import(struct trace_source *source, struct arena *arena, const char *path,
                         const char *out, struct failure *failure) {
    const char *one[] = {path};
    struct event_import_options options = {
        .paths = one, .path_count = 1, .name = trace_source_name(arena, path), .out = out};
    if (is_folder(path)) {
        options.path_count = 0;
        if (!list_folder(arena, path, &options, failure)) {
            return false;
        }
    }
    source->is_imported = true;
    return event_import_write(&source->import, arena, &options, failure);
}

/** Makes a trace for a while. */
static bool import_passing(struct trace_source *source, struct arena *arena, const char *path,
                           struct failure *failure) {
    source->path = strdup(P_tmpdir "/gossim-trace-XXXXXX");
    if (source->path == NULL) {
        return without_memory(failure);
    }
    int descriptor = mkstemp(source->path);
    if (descriptor < 0) {
        return failure_running(failure, "cannot make a file in %s: %s", P_tmpdir, strerror(errno));
    }
    close(descriptor);
    source->is_passing = true;
    return trace_source_import(source, arena, path, source->path, failure);
}

bool trace_source_open(struct trace_source *source, struct arena *arena, const char *path,
                       struct failure *failure) {
    bool are_events = false;
    *source = (struct trace_source){.path = NULL};
    if (!trace_source_look(path, &are_events, failure)) {
        return false;
    }
    if (are_events) {
        return import_passing(source, arena, path, failure);
    }
    source->path = is_folder(path) ? join(path, "trace.gst") : strdup(path);
    return source->path != NULL || without_memory(failure);
}

void trace_source_tell(const struct trace_source *source, const char *path) {
    const struct event_import *import = &source->import;
    if (!source->is_imported) {
        return;
    }
    fprintf(stderr,
            "gossim: %s: %llu TraceEvents of %u nodes, which name %u others; they do not tell "
            "bytes, delays of links, or what others received\n",
            path, (unsigned long long)import->events, import->ids.traced,
            import->ids.node_count - import->ids.traced);
    if (import->unpublished > 0) {
        fprintf(stderr,
                "gossim: %u messages were published by nodes without events: they count from when "
                "the first node has them\n",
                import->unpublished);
    }
    if (import->skewed > 0) {
        fprintf(stderr,
                "gossim: %llu copies are older than their message, as clocks differ: they stand at "
                "its publication\n",
                (unsigned long long)import->skewed);
    }
    if (import->cut > 0) {
        fprintf(stderr, "gossim: %u files were cut short within an event, and read up to it\n",
                import->cut);
    }
}

void trace_source_close(struct trace_source *source) {
    if (source->is_passing) {
        unlink(source->path);
    }
    free(source->path);
    *source = (struct trace_source){.path = NULL};
}
