/**
 * Reading a scenario out of a YAML tree, key by key: for the scenario_*.c files only.
 *
 * A reader goes through the tree along the schema. Whatever is wrong it adds to the list of
 * failures, with place, path, what was found and what is allowed, and goes on, so that one reading
 * reports every mistake. A value that could not be read is left as it was (zero), and comparisons
 * that need it are skipped.
 *
 * The reading functions return false if they reported something.
 */
#ifndef GOSSIM_SCENARIOS_SCENARIO_READ_H
#define GOSSIM_SCENARIOS_SCENARIO_READ_H

#include "base/intern.h"
#include "router/quirks.h"
#include "scenarios/scenario.h"
#include "scenarios/schema.h"
#include "scenarios/yaml_document.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scenario_fields;
struct graph_file;

struct scenario_reader {
    struct arena *arena;   // of the scenario
    struct arena *scratch; // of the reading
    const struct scenario_source *source;
    struct failure_list *failures;
    struct scenario *scenario;
    const char *place_file;        // its name as places have it; NULL: nothing has a place yet
    struct scenario_group *groups; // scenario->groups, while they are being read
    struct intern topics;          // names to indices, all different
    struct intern families;        // names of those entries of `topics` that are several
    uint32_t *family_of;           // by number of the name: which entry; NULL: none were read
    bool topics_known;  // false: some topic could not be read, so an unknown one may be that
    bool regions_known; // false: the regions could not be read
    bool groups_known;  // false: the groups could not be read, or not yet
    bool in_groups;     // what is read now is one
    bool in_faults;     // what is read now is one
    bool in_churn;      // likewise, how long a node is up or down: draws may be longer
    bool graph_wanted;  // the topology comes from a file
    const struct graph_file *graph;  // that file; NULL: there is none, or it is bad
    const struct yaml_node *inbound; // the first limit to calls from others; NULL: there is none
    const struct scenario_fields *router;    // the scenario's own, which groups start from
    const struct yaml_node *matrix;          // of delays; NULL: there is none
    const struct yaml_node *hosts;           // rates of nodes, written out; NULL: they are not
    const struct scenario_fields *bandwidth; // likewise, of `links`
    struct scenario_scope *scopes; // of the scenario, with room for one for each expectation
};

/** The entries of one mapping by key. */
struct scenario_fields {
    enum schema_key parent;
    const struct yaml_node *mapping;
    const struct yaml_node
        *keys[SCHEMA_KEY_COUNT];  // the key as written, its value is keys[]->next; NULL: absent
    bool wrong[SCHEMA_KEY_COUNT]; // the value could not be read, or is missing and needed
    bool whole;                   // every value was read
    const struct scenario_fields
        *outer; // where values come from that are not given here; NULL: from the schema
};

/** Reports a mistake at a node: its place, its path, then the message. Returns false. */
__attribute__((format(printf, 3, 4))) bool reader_refuse(struct scenario_reader *reader,
                                                         const struct yaml_node *node,
                                                         const char *format, ...);

/** The place of a node, for failures that come later. */
struct scenario_place reader_place(struct scenario_reader *reader, const struct yaml_node *node);

/** Reports that the value at a node is not what its key allows: "found …; allowed: …". Returns
 * false. */
bool reader_refuse_value(struct scenario_reader *reader, const struct yaml_node *node,
                         enum schema_key key);

/** Reports a key that was given before, under this name or another. Returns false. */
bool reader_refuse_twice(struct scenario_reader *reader, const struct yaml_node *key,
                         const struct yaml_node *first);

/** The failures reported so far, shown or not: a part is sound if the number has not changed. */
uint32_t reader_failure_count(const struct scenario_reader *reader);

/** True once nobody would see a further failure: looking for more is then wasted. */
bool reader_is_full(const struct scenario_reader *reader);

enum { FOUND_SIZE = 96 };

/** The value of a node for a message: `text`, a list, a mapping, nothing. In `out[FOUND_SIZE]`;
 * returns it. */
const char *reader_found(const struct yaml_node *node, char *out);

/**
 * Takes the mapping apart; reports what is no mapping, unknown keys (with the nearest known one)
 * and keys given twice. A null counts as an empty mapping. False if there are no fields to go on
 * with.
 */
bool fields_read(struct scenario_reader *reader, struct scenario_fields *fields,
                 enum schema_key parent, const struct yaml_node *node);

/** The value of a key, or NULL. */
const struct yaml_node *fields_value(const struct scenario_fields *fields, enum schema_key key);

/** The value of a key as it stands in a mapping that may not have been checked; NULL if it is not
 * there. */
const struct yaml_node *fields_glance(const struct yaml_node *mapping, enum schema_key key);

/** The value of a key, or that of the outer mapping, or its default as the schema writes it; NULL
 * if there is none of these. */
const struct yaml_node *fields_value_or_default(struct scenario_reader *reader,
                                                const struct scenario_fields *fields,
                                                enum schema_key key);

/**
 * Reads each key below the parent whose type is a single value into the structure at `base`,
 * defaults included (under an outer mapping, what is not given is left alone); reports required
 * keys that are missing. Notes in `wrong` and `whole` what there is nothing to compare with.
 */
void fields_fill(struct scenario_reader *reader, struct scenario_fields *fields, void *base);

/** As above, where what is required is given elsewhere. */
void fields_fill_given(struct scenario_reader *reader, struct scenario_fields *fields, void *base);

/** True if fields_fill() read both values, so that they can be compared whatever else is wrong. */
bool fields_both_read(const struct scenario_fields *fields, enum schema_key a, enum schema_key b);

/** Reports that two keys have low > high, at whichever was written (the low one first), naming the
 * default of the other. */
void fields_refuse_order(struct scenario_reader *reader, struct scenario_fields *fields,
                         enum schema_key low, enum schema_key high);

/** A node that stands for a default of the schema. */
const struct yaml_node *reader_default(struct scenario_reader *reader, const char *text);

/** Reads a value of the key's type into the field. CHECKs that the type is one of single values. */
bool reader_value(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
                  void *field);

/** The items of a list; reports what is no list. */
bool reader_list(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node);

/** The number that plain decimal digits stand for; false (and nothing reported) otherwise. */
bool whole_parse(const struct yaml_node *node, uint64_t *value);

// Readers of single values, called through reader_value() or by the section they belong to. `row`
// gives limits.
bool read_whole(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
                uint64_t *value);
bool read_duration(struct scenario_reader *reader, enum schema_key key,
                   const struct yaml_node *node, int64_t *ns);
bool read_share(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
                uint32_t *ppb);

bool read_size(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
               uint32_t *bytes);

/** A value of SCHEMA_RATE, SCHEMA_QUEUE or SCHEMA_SHARING. */
bool read_bandwidth_value(struct scenario_reader *reader, enum schema_key key,
                          const struct yaml_node *node, void *field);

/** A decimal number of at most six places, in millionths; false (and nothing reported) if the node
 * holds none. */
bool read_millionths(const struct yaml_node *node, uint64_t *ppm);

bool read_selector(struct scenario_reader *reader, enum schema_key key,
                   const struct yaml_node *node, struct selector *selector);
bool read_distribution(struct scenario_reader *reader, enum schema_key key,
                       const struct yaml_node *node, struct distribution_options *options);
/** How far the longest draws reach, or somewhat further; no draw is negative. */
uint64_t distribution_reach(const struct distribution_options *options);

/** A duration, or parts per million, that may be negative. */
bool read_signed(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
                 int64_t *value);

/** Durations that may be negative, or how fast clocks run, in parts per billion: one or drawn. */
bool read_offsets(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
                  struct distribution_options *options);
bool read_drifts(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
                 struct distribution_options *options);

/** A size, or sizes drawn. */
bool read_size_drawn(struct scenario_reader *reader, enum schema_key key,
                     const struct yaml_node *node, struct scenario_size *size);

/** One of a list of weights, within the limits of the key of the list. */
bool read_weight(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
                 uint64_t *weight);

/** `random`, `uniform` or what else `word` is: 0; {zipf: 1}: the exponent, in millionths. */
bool read_popularity(struct scenario_reader *reader, enum schema_key key,
                     const struct yaml_node *node, const char *word, uint32_t *zipf_ppm);

/** The index of the family of that name, or UINT32_MAX. */
uint32_t find_family(const struct scenario_reader *reader, const struct yaml_node *node);

/** A duration within the limits of the key, or a distribution. */
bool read_gap(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
              struct distribution_options *options);
bool read_span(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
               struct distribution_options *options);
bool read_empirical(struct scenario_reader *reader, const struct yaml_node *node,
                    struct distribution_options *options);
bool read_word(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
               const char **word);
bool read_topic(struct scenario_reader *reader, const struct yaml_node *node, uint32_t *topic);

/** Reads `name: true|false, …` into a set of quirks that holds what the profile says. */
bool read_quirks(struct scenario_reader *reader, const struct yaml_node *node, uint64_t *quirks);

/** The row that a name, or a number such as `Q33`, stands for; NULL if there is none. */
const struct quirk_row *find_quirk(const char *text, size_t size);

/** The number of the group of that name. */
bool read_group(struct scenario_reader *reader, const struct yaml_node *node, uint32_t *number);

/** The number, from 1, of the region of that name. */
bool read_region(struct scenario_reader *reader, const struct yaml_node *node, uint32_t *number);

/** What a group says of other groups: whom its nodes dial. */
void read_group_callees(struct scenario_reader *reader, const struct yaml_node *nodes);

/** The roles of all nodes and of groups, once everything is read that a selector may speak of. */
void read_node_roles(struct scenario_reader *reader, const struct yaml_node *nodes);

/** The event that gives nodes other roles. */
void read_role_event(struct scenario_reader *reader, const struct yaml_node *node,
                     struct scenario_event *event);

/** An index below the number of nodes. */
bool read_node_index(struct scenario_reader *reader, enum schema_key key,
                     const struct yaml_node *node, uint32_t *index);

// The sections of a scenario; each fills its part of reader->scenario.
void read_router(struct scenario_reader *reader, const struct yaml_node *node);
void read_nodes(struct scenario_reader *reader, const struct yaml_node *node);
void read_nodes_timing(struct scenario_reader *reader, const struct scenario_fields *fields,
                       struct scenario_timing *timing);
void read_group_timing(struct scenario_reader *reader, const struct scenario_fields *fields,
                       struct scenario_timing *timing);
void read_groups(struct scenario_reader *reader, const struct yaml_node *node);
void read_group_router(struct scenario_reader *reader, const struct yaml_node *node,
                       struct scenario_group *group);
void read_bandwidth(struct scenario_reader *reader, const struct yaml_node *node);
void read_group_bandwidth(struct scenario_reader *reader, const struct yaml_node *node,
                          struct scenario_group *group);
void read_topology(struct scenario_reader *reader, const struct yaml_node *node);
/** What of the graph depends on other sections; to be called when all are read. */
void check_topology(struct scenario_reader *reader, const struct yaml_node *node);
/** Reads the file of the graph, where there is one, into reader->graph: before the nodes, whose
 * number it gives. */
void read_graph_file(struct scenario_reader *reader, const struct yaml_node *node);
/** Takes the number of nodes from the file of the graph, or compares the one at the node with it.
 */
void settle_node_count(struct scenario_reader *reader, const struct yaml_node *node);

/** Reads regions from a graph of places; false after a report. `items` are those of `regions`. */
bool read_region_file(struct scenario_reader *reader, const struct yaml_node *node,
                      struct scenario_regions *regions, struct scenario_region **items);
/** True for a list with one item for each region; any number fits if theirs is not known (0). */
bool check_region_count(struct scenario_reader *reader, const struct yaml_node *list,
                        uint32_t count);
/** Losses between regions; NULL where there are none. */
const uint32_t *read_region_losses(struct scenario_reader *reader, const struct yaml_node *node,
                                   uint32_t count);
void read_edges(struct scenario_reader *reader, const struct yaml_node *node);
void read_regions(struct scenario_reader *reader, const struct yaml_node *node);
void read_matrix(struct scenario_reader *reader, const struct yaml_node *node);
/** Whether the matrix has a row for each node; to be called when the nodes are read. */
void check_matrix(struct scenario_reader *reader);
/** Rates of nodes, written out or, without a node, as the file of the graph has them. */
void read_hosts(struct scenario_reader *reader, const struct yaml_node *node);
/** Whether there is a pair for each node; to be called when the nodes are read. */
void check_hosts(struct scenario_reader *reader);
/** Pairs of rates, unless none says anything; true for a list without mistakes. */
bool read_host_rates(struct scenario_reader *reader, enum schema_key key,
                     const struct yaml_node *node, const struct scenario_rates **kept);
/** The rates of a file's nodes; NULL if it has none. */
const struct scenario_rates *take_host_rates(struct scenario_reader *reader,
                                             const struct graph_file *graph);
void read_loss(struct scenario_reader *reader, const struct yaml_node *node);
void read_links(struct scenario_reader *reader, const struct yaml_node *node);
void read_topics(struct scenario_reader *reader, const struct yaml_node *node);
void read_publishes(struct scenario_reader *reader, const struct yaml_node *node);
void read_events(struct scenario_reader *reader, const struct yaml_node *node);
void read_measure(struct scenario_reader *reader, const struct yaml_node *node);
void read_limits(struct scenario_reader *reader, const struct yaml_node *node);
/** NULL: the key is not there. */
void read_sweep(struct scenario_reader *reader, const struct yaml_node *node);

struct sweep_until;
/** A condition on an interval; what is wrong with it is reported. */
bool read_sweep_until(struct scenario_reader *reader, const struct yaml_node *node,
                      struct sweep_until *until);
void read_churn(struct scenario_reader *reader, const struct yaml_node *node);
/** Reports a crash that is graceful and something else that does not go with it. */
void check_graceful(struct scenario_reader *reader, const struct scenario_fields *fields,
                    enum schema_key key, const struct scenario_node_fault *fault);
void read_crash(struct scenario_reader *reader, const struct yaml_node *node,
                struct scenario_event *event);
void read_restart(struct scenario_reader *reader, const struct yaml_node *node,
                  struct scenario_event *event);
void read_cut(struct scenario_reader *reader, const struct yaml_node *node,
              struct scenario_event *event);
void read_degrade(struct scenario_reader *reader, const struct yaml_node *node,
                  struct scenario_event *event);
void read_flap(struct scenario_reader *reader, const struct yaml_node *node,
               struct scenario_event *event);
void read_end(struct scenario_reader *reader, const struct yaml_node *node,
              struct scenario_event *event);
void read_pause(struct scenario_reader *reader, const struct yaml_node *node,
                struct scenario_event *event);
void read_expectations(struct scenario_reader *reader, const struct yaml_node *node);

/** Puts the overrides into the tree; false if one of them could not be. */
bool scenario_override(struct scenario_reader *reader, struct yaml_node *root);

/** The text of a file in the scratch arena, with room for one byte more; false and a failure
 * without a place if it cannot be read. */
FAILURE_WARN_UNUSED bool scenario_read_file(struct arena *scratch, const char *path,
                                            struct yaml_input *input, struct failure *failure);

#endif
