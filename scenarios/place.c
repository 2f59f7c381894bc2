#include "scenarios/place.h"

bool place_failure(const struct scenario_place *place, struct failure *failure) {
    snprintf(failure->file, sizeof failure->file, "%s", place->file == NULL ? "" : place->file);
    failure->line = place->line;
    failure->column = place->column;
    return false;
}
