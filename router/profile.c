#include "router/profile.h"

#include <string.h>

const struct profile profiles[] = {
    {PROFILE_DEFAULT, ROUTER_GOSSIPSUB, false},
    {"nim-2020", ROUTER_GOSSIPSUB, true},
    {"floodsub", ROUTER_FLOODSUB, false},
};

const size_t profile_count = sizeof profiles / sizeof profiles[0];

const struct profile *profile_find(const char *name, size_t size) {
    for (size_t i = 0; i < profile_count; i++) {
        if (strlen(profiles[i].name) == size && memcmp(profiles[i].name, name, size) == 0) {
            return &profiles[i];
        }
    }
    return NULL;
}

uint64_t profile_quirks(const struct profile *profile) {
    return profile->is_2020 ? quirks_of_nim_2020() : 0;
}

bool profile_departs(const struct profile *profile, const struct quirk_row *row) {
    bool has_switch = row->quirk != QUIRK_COUNT;
    return has_switch ? quirk_in(profile_quirks(profile), row->quirk)
                      : profile->is_2020 && row->in_nim_2020;
}
