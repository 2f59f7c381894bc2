/**
 * Reading what the kinds of graph need, each the keys of its own: for the files of `topology` only.
 *
 * Every function fills its part of reader->scenario->topology, whose number of nodes is 0 if it
 * could not be read; what needs it is then left alone.
 */
#ifndef GOSSIM_SCENARIOS_TOPOLOGY_READ_H
#define GOSSIM_SCENARIOS_TOPOLOGY_READ_H

#include "scenarios/scenario_read.h"

void read_regular(struct scenario_reader *reader, const struct scenario_fields *fields);
void read_small_world(struct scenario_reader *reader, const struct scenario_fields *fields);
void read_attach(struct scenario_reader *reader, const struct scenario_fields *fields);
void read_clustered(struct scenario_reader *reader, const struct scenario_fields *fields);
void read_dials(struct scenario_reader *reader, const struct scenario_fields *fields);
/** Takes the links of reader->graph. */
void take_graph(struct scenario_reader *reader);

void read_grid(struct scenario_reader *reader, const struct scenario_fields *fields);

/** The number of links from `degree` or `links`; or it follows from the third key, where given. */
void read_random(struct scenario_reader *reader, const struct scenario_fields *fields,
                 enum schema_key third);

void check_complete(struct scenario_reader *reader, const struct yaml_node *node);

#endif
