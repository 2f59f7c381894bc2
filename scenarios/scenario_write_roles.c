#include "scenarios/scenario_writing.h"

#include "base/check.h"

#include <inttypes.h>

/** One parameter of a role. */
static void write_parameter(struct writing *writing, enum schema_key key,
                            const struct scenario_roles *roles) {
    const struct schema_row *row = schema_row(key);
    bool peers = row->type == SCHEMA_ROLE_PEERS;
    if (!peers && row->type != SCHEMA_ROLE_IDS) {
        print_value(&writing->text, writing->scenario, key, roles);
        return;
    }
    uint32_t number = *(const uint32_t *)(const void *)((const char *)roles + row->offset);
    if (number == 0) {
        text_add_string(&writing->text, peers ? "all" : "cached");
    } else {
        text_add_format(&writing->text, "%" PRIu32, number);
    }
}

static void write_role(struct writing *writing, enum schema_key role,
                       const struct scenario_roles *roles) {
    const char *separator = ": {";
    text_add_string(&writing->text, schema_row(role)->name);
    for (enum schema_key key = role; key < SCHEMA_KEY_COUNT; key++) {
        if (schema_row(key)->parent == role) {
            text_add_format(&writing->text, "%s%s: ", separator, schema_row(key)->name);
            write_parameter(writing, key, roles);
            separator = ", ";
        }
    }
    text_add_string(&writing->text, separator[0] == ':' ? ": true" : "}");
}

void write_roles(struct writing *writing, const struct scenario_roles *roles) {
    const char *separator = "{";
    for (uint32_t role = 0; role < ROLE_COUNT; role++) {
        if ((roles->roles >> role & 1) != 0) {
            text_add_string(&writing->text, separator);
            write_role(writing, (enum schema_key)(KEY_ROLE_NEVER_FORWARDS + role), roles);
            separator = ", ";
        }
    }
    text_add_string(&writing->text, roles->roles == 0 ? "none" : "}");
}
