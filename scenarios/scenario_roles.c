#include "scenarios/scenario_read.h"

#include "scenarios/excerpt.h"

#include <inttypes.h>

_Static_assert((int)KEY_ROLE_FLOODS_IWANT - (int)KEY_ROLE_NEVER_FORWARDS + 1 == (int)ROLE_COUNT,
               "the keys of roles are in the order of enum role");

static enum role role_of(enum schema_key key) {
    return (enum role)(key - KEY_ROLE_NEVER_FORWARDS);
}

/** `all` or a number of peers. */
static bool read_peers(struct scenario_reader *reader, const struct scenario_fields *fields,
                       enum schema_key key, uint32_t *peers) {
    const struct yaml_node *node = fields_value(fields, key);
    uint64_t whole = ROLE_PEERS_ALL;
    if (node != NULL && !yaml_is_text(node, "all") && !read_whole(reader, key, node, &whole)) {
        return false;
    }
    *peers = (uint32_t)whole;
    return true;
}

/** `cached` or a number of ids. */
static bool read_ids(struct scenario_reader *reader, const struct scenario_fields *fields,
                     uint32_t *ids) {
    enum schema_key key = KEY_ROLE_IHAVE_IDS;
    const struct yaml_node *node = fields_value_or_default(reader, fields, key);
    uint64_t whole = 0;
    if (!yaml_is_text(node, "cached") && !read_whole(reader, key, node, &whole)) {
        return false;
    }
    *ids = (uint32_t)whole;
    return true;
}

/** What a role needs to know beside its name; `node` is a mapping or null. */
static bool read_parameters(struct scenario_reader *reader, enum schema_key key,
                            const struct yaml_node *node, struct scenario_roles *roles) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, key, node)) {
        return false;
    }
    fields_fill(reader, &fields, roles);
    switch (role_of(key)) {
    case ROLE_FORWARDS_LATE:
        return read_distribution(reader, KEY_ROLE_LATE_DELAY,
                                 fields_value_or_default(reader, &fields, KEY_ROLE_LATE_DELAY),
                                 &roles->late);
    case ROLE_CENSORS: {
        const struct yaml_node *origins = fields_value(&fields, KEY_ROLE_CENSORED);
        return origins != NULL &&
               read_selector(reader, KEY_ROLE_CENSORED, origins, &roles->censored);
    }
    case ROLE_FLOODS_GRAFT:
        return read_peers(reader, &fields, KEY_ROLE_GRAFT_PEERS, &roles->graft_peers);
    case ROLE_FLOODS_IHAVE:
        return read_peers(reader, &fields, KEY_ROLE_IHAVE_PEERS, &roles->ihave_peers) &&
               read_ids(reader, &fields, &roles->ihave_ids);
    case ROLE_FLOODS_IWANT:
        return read_peers(reader, &fields, KEY_ROLE_IWANT_PEERS, &roles->iwant_peers);
    case ROLE_DROPS:
        return fields.whole;
    case ROLE_NEVER_FORWARDS:
    case ROLE_NEVER_PUSHES:
    case ROLE_NEVER_GOSSIPS:
    case ROLE_NEVER_ANSWERS_IWANT:
    case ROLE_REFUSES_GRAFT:
    case ROLE_NEVER_GRAFTS:
    case ROLE_COUNT:
        break;
    }
    return true;
}

/** A parameter without which a role says nothing, or KEY_NONE. */
static enum schema_key required_of(enum schema_key role) {
    for (enum schema_key key = role; key < SCHEMA_KEY_COUNT; key++) {
        if (schema_row(key)->parent == role && schema_row(key)->required) {
            return key;
        }
    }
    return KEY_NONE;
}

/** A role by its name alone, which stands at `node`: all its parameters have their defaults. */
static void read_bare(struct scenario_reader *reader, enum schema_key key,
                      const struct yaml_node *node, struct scenario_roles *roles) {
    enum schema_key required = required_of(key);
    if (required != KEY_NONE) {
        reader_refuse(reader, node, "the role `%s` needs `%s` (%s); allowed: {%s: {%s: …}}",
                      schema_row(key)->name, schema_row(required)->name,
                      schema_row(required)->meaning, schema_row(key)->name,
                      schema_row(required)->name);
        return;
    }
    if (schema_row(key)->type == SCHEMA_SWITCH ||
        read_parameters(reader, key, reader_default(reader, "{}"), roles)) {
        roles->roles |= UINT32_C(1) << role_of(key);
    }
}

/** `name: true`, or `name: {…}` for a role that has parameters. */
static void read_role(struct scenario_reader *reader, enum schema_key key,
                      const struct yaml_node *value, struct scenario_roles *roles) {
    bool on = true;
    bool is_mapping = value->kind == YAML_MAPPING;
    bool may_be_mapping = schema_row(key)->type != SCHEMA_SWITCH;
    if (may_be_mapping && is_mapping) {
        if (read_parameters(reader, key, value, roles)) {
            roles->roles |= UINT32_C(1) << role_of(key);
        }
        return;
    }
    if (may_be_mapping && !yaml_is_null(value)) {
        on = yaml_is_text(value, "true");
        if (!on && !yaml_is_text(value, "false")) {
            reader_refuse_value(reader, value, key);
        }
    } else if (!may_be_mapping && !reader_value(reader, key, value, &on)) {
        return;
    }
    if (on) {
        read_bare(reader, key, value, roles);
    }
}

static void read_mapping(struct scenario_reader *reader, const struct yaml_node *node,
                         struct scenario_roles *roles) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_ROLE, node)) {
        return;
    }
    for (enum schema_key key = KEY_ROLE_NEVER_FORWARDS; key <= KEY_ROLE_FLOODS_IWANT; key++) {
        const struct yaml_node *value = fields_value(&fields, key);
        if (value == NULL) {
            continue;
        }
        if ((roles->roles >> role_of(key) & 1) != 0) {
            reader_refuse(reader, fields.keys[key], "the role `%s` stands twice; allowed: once",
                          schema_row(key)->name);
            continue;
        }
        read_role(reader, key, value, roles);
    }
}

/** The name of a role alone: as that name with `true`. */
static void read_name(struct scenario_reader *reader, const struct yaml_node *node,
                      struct scenario_roles *roles) {
    enum schema_key key = schema_find(KEY_ROLE, node->text, node->size);
    if (key == KEY_NONE) {
        char excerpt[EXCERPT_SIZE];
        char names[SCHEMA_NAMES_SIZE];
        enum schema_key near = schema_nearest(KEY_ROLE, node->text, node->size);
        reader_refuse(reader, node, "unknown role %s%s%s%s; allowed: %s",
                      excerpt_write(node->text, node->size, excerpt),
                      near == KEY_NONE ? "" : " (did you mean `",
                      near == KEY_NONE ? "" : schema_row(near)->name, near == KEY_NONE ? "" : "`?)",
                      schema_names(KEY_ROLE, names));
        return;
    }
    if ((roles->roles >> role_of(key) & 1) != 0) {
        reader_refuse(reader, node, "the role `%s` stands twice; allowed: once",
                      schema_row(key)->name);
        return;
    }
    read_bare(reader, key, node, roles);
}

/** Roles that leave nothing to do for another one. */
static void check_together(struct scenario_reader *reader, const struct yaml_node *node,
                           const struct scenario_roles *roles) {
    static const struct {
        enum role all;
        enum role nothing_left;
    } pairs[] = {
        {ROLE_NEVER_FORWARDS, ROLE_NEVER_PUSHES},
        {ROLE_NEVER_FORWARDS, ROLE_FORWARDS_LATE},
        {ROLE_NEVER_FORWARDS, ROLE_CENSORS},
        {ROLE_NEVER_FORWARDS, ROLE_DROPS},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        uint32_t both = UINT32_C(1) << pairs[i].all | UINT32_C(1) << pairs[i].nothing_left;
        if ((roles->roles & both) == both) {
            reader_refuse(reader, node, "`%s` leaves nothing to do for `%s`; allowed: one of them",
                          role_rows[pairs[i].all].name, role_rows[pairs[i].nothing_left].name);
        }
    }
}

/** The value of `role` or `set`. */
static void read_roles(struct scenario_reader *reader, const struct yaml_node *node,
                       struct scenario_roles *roles) {
    uint32_t failures = reader_failure_count(reader);
    if (yaml_is_text(node, "none")) {
        return;
    }
    if (node->kind == YAML_SCALAR && !yaml_is_null(node)) {
        read_name(reader, node, roles);
    } else if (node->kind == YAML_SEQUENCE) {
        for (const struct yaml_node *item = node->first; item != NULL; item = item->next) {
            if (item->kind == YAML_SCALAR && !yaml_is_null(item)) {
                read_name(reader, item, roles);
            } else {
                read_mapping(reader, item, roles);
            }
        }
    } else {
        read_mapping(reader, node, roles);
    }
    if (reader_failure_count(reader) == failures) {
        check_together(reader, node, roles);
    }
}

/** Reports a role that a router of floodsub cannot have. */
static void refuse_roles_of_flood(struct scenario_reader *reader, const struct yaml_node *node,
                                  const struct scenario_roles *roles) {
    for (uint32_t role = 0; role < ROLE_COUNT; role++) {
        if ((roles->roles >> role & 1) != 0 && role_rows[role].needs_gossipsub) {
            reader_refuse(reader, node,
                          "the role `%s` is one of gossipsub, and these nodes speak "
                          "floodsub; allowed: never_forwards, forwards_late, censors, drops",
                          role_rows[role].name);
            return;
        }
    }
}

static void read_of(struct scenario_reader *reader, const struct yaml_node *node,
                    enum router_protocol_kind protocol, struct scenario_roles *roles) {
    read_roles(reader, node, roles);
    if (protocol == ROUTER_FLOODSUB) {
        refuse_roles_of_flood(reader, node, roles);
    }
}

void read_node_roles(struct scenario_reader *reader, const struct yaml_node *nodes) {
    struct scenario *scenario = reader->scenario;
    const struct yaml_node *all = fields_glance(nodes, KEY_NODES_ROLE);
    if (all != NULL) {
        read_of(reader, all, scenario->router.protocol, &scenario->roles);
    }
    const struct yaml_node *groups = fields_glance(nodes, KEY_NODES_GROUPS);
    bool listed = groups != NULL && groups->kind == YAML_SEQUENCE;
    const struct yaml_node *item = listed ? groups->first : NULL;
    for (uint32_t i = 0; item != NULL; item = item->next, i++) {
        struct scenario_group unread = {.router.protocol = ROUTER_GOSSIPSUB};
        struct scenario_group *group = i < scenario->group_count ? &reader->groups[i] : &unread;
        const struct yaml_node *node = fields_glance(item, KEY_GROUP_ROLE);
        if (node == NULL) {
            group->roles = scenario->roles;
        } else {
            group->has_roles = true;
            read_of(reader, node, group->router.protocol, &group->roles);
        }
    }
}

/** Whether every node speaks floodsub. */
static bool all_flood(const struct scenario *scenario) {
    bool flood = scenario->router.protocol == ROUTER_FLOODSUB;
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        flood = flood && scenario->groups[i].router.protocol == ROUTER_FLOODSUB;
    }
    return flood;
}

void read_role_event(struct scenario_reader *reader, const struct yaml_node *node,
                     struct scenario_event *event) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_EVENT_ROLE, node)) {
        return;
    }
    fields_fill(reader, &fields, event);
    const struct yaml_node *nodes = fields_value(&fields, KEY_EVENT_ROLE_NODES);
    const struct yaml_node *set = fields_value(&fields, KEY_EVENT_ROLE_SET);
    if (nodes != NULL) {
        read_selector(reader, KEY_EVENT_ROLE_NODES, nodes, &event->nodes);
    }
    struct scenario_roles *roles = arena_take(reader->arena, MEMORY_TABLES, sizeof *roles);
    event->roles = roles;
    if (set != NULL) {
        read_of(reader, set, all_flood(reader->scenario) ? ROUTER_FLOODSUB : ROUTER_GOSSIPSUB,
                roles);
    }
}
