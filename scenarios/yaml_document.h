/**
 * A YAML text as a tree of nodes, each of which knows its place.
 *
 * The tree is made from libfyaml's events, so that it lives in an arena, keeps duplicate keys for
 * the reader to report, and costs linear time. Aliases are supported: they stand for the anchored
 * node and share its children; all aliases of a text together may stand for at most
 * YAML_ALIAS_VALUES_MAX values. Tags, merge keys and several documents in one text are not
 * supported.
 */
#ifndef GOSSIM_SCENARIOS_YAML_DOCUMENT_H
#define GOSSIM_SCENARIOS_YAML_DOCUMENT_H

#include "base/arena.h"
#include "base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { YAML_ALIAS_VALUES_MAX = 1000000, YAML_PATH_SIZE = 200 };

enum yaml_kind { YAML_SCALAR, YAML_SEQUENCE, YAML_MAPPING };

struct yaml_node {
    union {
        const char *text;        // scalar: [size] bytes, not ended by NUL
        struct yaml_node *first; // sequence: its items; mapping: key, value, key, value …
    };
    struct yaml_node *next;   // linked from parent->first
    struct yaml_node *parent; // NULL for the root, and for a node made by hand
    uint32_t size;            // scalar: bytes; sequence: items; mapping: entries
    uint32_t line;            // from 1; 0: no place in a text
    uint32_t column;          // from 1, in characters
    uint32_t override; // 0: from the file; n: from the n-th override, whose lines and columns mean
                       // nothing
    uint8_t kind;      // enum yaml_kind
    bool plain;        // scalar: written without quotes
    bool shared;       // collection: an alias, whose children are those of the anchored node
};

struct yaml_input {
    char *text;        // [size + 1], may be changed: room for one byte more
    size_t size;       // bytes
    uint32_t override; // for every node
    bool may_be_empty; // no document at all is then an empty scalar
};

/**
 * The root of the only document in the text; NULL and a failure with its place if there is none,
 * several, or the text is no YAML. Nodes point into the text, which must live as long as they do.
 */
struct yaml_node *yaml_read(struct arena *arena, const struct yaml_input *input,
                            struct failure *failure);

/** True for a scalar that stands for nothing: empty, `~` or `null`, without quotes. */
bool yaml_is_null(const struct yaml_node *node);

/** True for a scalar of exactly this text. */
bool yaml_is_text(const struct yaml_node *node, const char *text);

/** The path of a node, such as `publish.0.count`, cut to `out[YAML_PATH_SIZE]`; returns it. A key
 * has its value's path. */
const char *yaml_path(const struct yaml_node *node, char *out);

/** Puts a node at the end of a collection; a mapping gets its keys and values in turn. */
void yaml_append(struct yaml_node *collection, struct yaml_node *node);

/** Gives an alias children of its own, so that a change to them leaves the anchored node alone. */
void yaml_unshare(struct arena *arena, struct yaml_node *collection);

#endif
