#include "cli/launch.h"

#include "base/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/** A number of the environment; false if there is none. */
static bool find_number(const char *name, uint32_t *number) {
    const char *text = getenv(name);
    char *end = NULL;
    unsigned long value = text == NULL ? 0 : strtoul(text, &end, 10);
    if (text == NULL || end == text || *end != '\0' || value > UINT32_MAX) {
        return false;
    }
    *number = (uint32_t)value;
    return true;
}

static const struct {
    const char *index;
    const char *count;
    enum launch_kind kind;
} launchers[] = {
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", LAUNCH_RANKS}, // mpirun of Open MPI
    {"PMIX_RANK", "SLURM_STEP_NUM_TASKS", LAUNCH_RANKS},            // srun --mpi=pmix
    {"PMI_RANK", "PMI_SIZE", LAUNCH_STRANGERS},                 // srun --mpi=pmi2, mpirun of MPICH
    {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS", LAUNCH_STRANGERS}, // srun, nothing else
};

static void silence(struct launch *launch) {
    fflush(NULL);
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    launch->said = memfd_create("gossim", MFD_CLOEXEC);
    launch->kept_out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    launch->kept_err = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    if (nowhere >= 0) {
        dup2(nowhere, STDOUT_FILENO);
        dup2(launch->said >= 0 ? launch->said : nowhere, STDERR_FILENO);
        close(nowhere);
    }
}

void launch_find(struct launch *launch) {
    *launch = (struct launch){.kept_out = -1, .kept_err = -1, .said = -1};
    for (size_t i = 0; i < sizeof launchers / sizeof launchers[0]; i++) {
        uint32_t index = 0;
        uint32_t count = 0;
        bool counted = find_number(launchers[i].count, &count);
        // One process needs no others: srun --pty, or a job that has one task.
        bool counts = launchers[i].kind == LAUNCH_RANKS || (counted && count > 1);
        if (counts && find_number(launchers[i].index, &index)) {
            launch->kind = launchers[i].kind;
            launch->index = index;
            launch->count = count;
            break;
        }
    }
    if (launch->index > 0) {
        silence(launch);
    }
}

bool launch_settle(struct launch *launch, enum launch_choice choice, struct failure *failure) {
    if (choice == LAUNCH_WITHOUT_MPI) {
        launch_speak(launch);
        *launch = (struct launch){.kept_out = -1, .kept_err = -1, .said = -1};
    } else if (choice == LAUNCH_WITH_MPI) {
        launch->kind = LAUNCH_RANKS;
    } else if (launch->kind == LAUNCH_STRANGERS) {
        return failure_bad_input(
            failure,
            "%u processes were started that Open MPI does not connect, and each would do all of "
            "the work; start them by the mpirun of Open MPI or by srun --mpi=pmix, or only one "
            "of them, or have each work by itself: --no-mpi",
            launch->count);
    }
    return true;
}

void launch_said(const struct launch *launch, char *text, size_t size) {
    CHECK(size > 0);
    fflush(stderr);
    ssize_t got = launch->said >= 0 ? pread(launch->said, text, size - 1, 0) : 0;
    text[got > 0 ? got : 0] = '\0';
    text[strcspn(text, "\n")] = '\0';
}

static void give_back(int *kept, int to) {
    if (*kept >= 0) {
        dup2(*kept, to);
        close(*kept);
        *kept = -1;
    }
}

void launch_speak(struct launch *launch) {
    fflush(NULL);
    give_back(&launch->kept_out, STDOUT_FILENO);
    give_back(&launch->kept_err, STDERR_FILENO);
    if (launch->said >= 0) {
        close(launch->said);
        launch->said = -1;
    }
}
