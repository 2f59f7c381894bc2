#include "cli/sweep_place.h"

#include "cli/files.h"
#include "cli/result_place.h"
#include "cli/sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

bool sweep_place_init(struct sweep_place *place, const char *folder, struct failure *failure) {
    *place = (struct sweep_place){.lock = -1};
    place->folder = strdup(folder);
    if (asprintf(&place->database, "%s/sweep.db", folder) < 0) {
        place->database = NULL;
    }
    bool ok = place->folder != NULL && place->database != NULL;
    if (ok && folder[0] == '\0') {
        return failure_bad_input(failure, "--out: the name of the folder is empty");
    }
    return ok || failure_running(failure, "out of memory");
}

bool sweep_place_find(struct sweep_place *place, const struct sweep_study *study, const char *out,
                      const char *kind, struct failure *failure) {
    struct load_request request;
    sweep_begin_request(&request, study);
    char *folder = out != NULL ? strdup(out) : result_place(study->scenario, &request, kind);
    bool ok = folder != NULL ? sweep_place_init(place, folder, failure)
                             : failure_running(failure, "out of memory");
    free(folder);
    return ok;
}

bool sweep_place_is_used(const struct sweep_place *place) {
    return access(place->database, F_OK) == 0;
}

/** Takes hold of the folder. What a call that was just killed left running takes a moment to end.
 */
static bool lock(struct sweep_place *place, struct failure *failure) {
    enum { TRIES = 50, PAUSE_US = 20000 };
    place->lock = open(place->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (place->lock < 0) {
        return failure_bad_input(failure, "%s: %s", place->folder, strerror(errno));
    }
    for (int i = 0; i < TRIES; i++) {
        if (flock(place->lock, LOCK_EX | LOCK_NB) == 0) {
            return true;
        }
        usleep(PAUSE_US);
    }
    return failure_bad_input(failure, "%s is in use: another gossim sweep works there",
                             place->folder);
}

bool sweep_place_open(struct sweep_place *place, struct failure *failure) {
    struct stat status;
    bool there = stat(place->folder, &status) == 0;
    if (there && !S_ISDIR(status.st_mode)) {
        return failure_bad_input(failure, "%s is in the way: it is not a folder", place->folder);
    }
    if (there && !sweep_place_is_used(place) && !files_is_empty_folder(place->folder)) {
        return failure_bad_input(failure,
                                 "%s is not empty and holds no sweep; name another folder with "
                                 "--out",
                                 place->folder);
    }
    return (there || files_make_folder(place->folder, NULL, failure)) && lock(place, failure);
}

void sweep_place_forget(struct sweep_place *place) {
    if (place->lock >= 0) {
        close(place->lock);
        place->lock = -1;
    }
}

void sweep_place_close(struct sweep_place *place) {
    sweep_place_forget(place);
    free(place->folder);
    free(place->database);
    *place = (struct sweep_place){.lock = -1};
}
