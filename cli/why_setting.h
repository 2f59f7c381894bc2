/**
 * What the scenario inside a trace says of the routers, as `gossim why` needs it.
 */
#ifndef GOSSIM_CLI_WHY_SETTING_H
#define GOSSIM_CLI_WHY_SETTING_H

#include "analysis/why.h"

/** Without rules if the scenario cannot be read; false for what is no trace. */
FAILURE_WARN_UNUSED bool why_setting_read(struct arena *arena, const char *path,
                                          struct why_setting *setting, struct failure *failure);

#endif
