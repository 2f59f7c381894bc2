#include "cli/memory_limit.h"

#include "base/quantity.h"
#include "cli/figure_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_ROOM = 4200 };

bool memory_limit_read(const char *text, struct memory_limit *limit) {
    char smaller[64];
    size_t size = strlen(text);
    const char *why = NULL;
    *limit = (struct memory_limit){.given = true, .bytes = UINT64_MAX};
    if (strcmp(text, "none") == 0) {
        return true;
    }
    if (size >= sizeof smaller) {
        return false;
    }
    // Quantities of scenarios end at MB and MiB; a GB is a thousand of these.
    memcpy(smaller, text, size + 1);
    char *letter = strchr(smaller, 'G');
    uint64_t factor = 1;
    if (letter != NULL) {
        *letter = 'M';
        factor = letter[1] == 'i' ? 1024 : 1000;
    }
    return quantity_read_size(smaller, size, &limit->bytes, &why) && limit->bytes > 0 &&
           !__builtin_mul_overflow(limit->bytes, factor, &limit->bytes);
}

/** The number in a file that holds nothing else; UINT64_MAX if it holds none, as `max`. */
static uint64_t read_number(const char *path) {
    char line[64] = "";
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return UINT64_MAX;
    }
    bool read = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    return read && line[0] >= '0' && line[0] <= '9' ? strtoull(line, NULL, 10) : UINT64_MAX;
}

/** What a control group holds of files, which it lets go when memory is short. */
static uint64_t files_of_group(const char *folder) {
    char path[PATH_ROOM + 64];
    char line[128];
    uint64_t bytes = 0;
    snprintf(path, sizeof path, "%s/memory.stat", folder);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "inactive_file ", 14) == 0 || strncmp(line, "active_file ", 12) == 0) {
            bytes += strtoull(strchr(line, ' '), NULL, 10);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return bytes;
}

/** What a control group has left. */
static uint64_t room_of_group(const char *folder, const char *limit_name, const char *used_name) {
    char path[PATH_ROOM + 64];
    snprintf(path, sizeof path, "%s/%s", folder, limit_name);
    uint64_t limit = read_number(path);
    snprintf(path, sizeof path, "%s/%s", folder, used_name);
    uint64_t used = read_number(path);
    if (limit == UINT64_MAX || used == UINT64_MAX) {
        return UINT64_MAX;
    }
    uint64_t files = files_of_group(folder);
    used = used > files ? used - files : 0;
    return limit > used ? limit - used : 0;
}

/** The least that a group and those above it have left; `folder` is cut as it goes up. */
static uint64_t room_up(char *folder, const char *limit_name, const char *used_name) {
    uint64_t room = UINT64_MAX;
    for (char *end = folder + strlen(folder); end != NULL; end = strrchr(folder, '/')) {
        *end = '\0';
        uint64_t own = room_of_group(folder, limit_name, used_name);
        room = own < room ? own : room;
    }
    return room;
}

/** What the groups of this process have left, of either version. */
static uint64_t room_of_groups(void) {
    char line[PATH_ROOM];
    char folder[PATH_ROOM + 32];
    uint64_t room = UINT64_MAX;
    FILE *file = fopen("/proc/self/cgroup", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        const char *first = strstr(line, ":memory:/");
        uint64_t own = UINT64_MAX;
        if (strncmp(line, "0::/", 4) == 0) {
            snprintf(folder, sizeof folder, "/sys/fs/cgroup%s", line + 3);
            own = room_up(folder, "memory.max", "memory.current");
        } else if (first != NULL) {
            snprintf(folder, sizeof folder, "/sys/fs/cgroup/memory%s", strchr(first, '/'));
            own = room_up(folder, "memory.limit_in_bytes", "memory.usage_in_bytes");
        }
        room = own < room ? own : room;
    }
    if (file != NULL) {
        fclose(file);
    }
    return room;
}

uint64_t memory_available(void) {
    char line[128];
    uint64_t bytes = UINT64_MAX;
    FILE *file = fopen("/proc/meminfo", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "MemAvailable:", 13) == 0) {
            bytes = strtoull(line + 13, NULL, 10) * 1024;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    uint64_t groups = room_of_groups();
    return groups < bytes ? groups : bytes;
}

bool memory_limit_check(const struct memory_limit *limit, uint64_t needed,
                        struct failure *failure) {
    char wanted[NUMBER_TEXT_SIZE];
    char allowed[NUMBER_TEXT_SIZE];
    uint64_t bytes = limit->given ? limit->bytes : memory_available();
    if (needed <= bytes) {
        return true;
    }
    bytes_text((double)needed, wanted);
    bytes_text((double)bytes, allowed);
    if (limit->given) {
        return failure_bad_input(failure,
                                 "the run will need about %s of memory, and --memory-limit allows "
                                 "%s; fewer nodes, links or messages need less",
                                 wanted, allowed);
    }
    return failure_bad_input(failure,
                             "the run will need about %s of memory, and this machine has %s left; "
                             "fewer nodes, links or messages need less, and --memory-limit none "
                             "tries it all the same",
                             wanted, allowed);
}
