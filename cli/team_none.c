#include "cli/team.h"

#include "base/check.h"

// Nothing but the first function is called where it says no.

bool team_is_built(struct failure *failure) {
    return failure_bad_input(failure, "this gossim was built without Open MPI (libopenmpi-dev), "
                                      "and each of the processes that were started would do all "
                                      "of the work; start one, or have each work by itself: "
                                      "--no-mpi");
}

struct team *team_open(const struct team_options *options, struct failure *failure) {
    (void)options;
    bool built = team_is_built(failure);
    CHECK(!built);
    return NULL;
}

bool team_is_first(const struct team *team) {
    CHECK(team == NULL);
    return true;
}

int team_serve(struct team *team, struct launch *launch) {
    CHECK(team == NULL);
    (void)launch;
    return 1;
}

bool team_gather(struct team *team, uint32_t started, struct failure *failure) {
    CHECK(team == NULL);
    (void)started;
    return team_is_built(failure);
}

bool team_run(struct team *team, const struct jobs *jobs, const uint32_t *numbers, uint32_t *failed,
              struct failure *failure) {
    CHECK(team == NULL);
    (void)numbers;
    *failed = jobs->count;
    return team_is_built(failure);
}

void team_part(struct team *team) {
    CHECK(team == NULL);
}

void team_close(struct team *team) {
    CHECK(team == NULL);
}
