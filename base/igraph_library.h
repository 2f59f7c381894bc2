/**
 * igraph, loaded by those that need it.
 *
 * With what it pulls in (BLAS, LAPACK, GLPK, libxml2, libstdc++ …) igraph takes longer to load than
 * a small run takes, and most runs never ask it for anything. So the program is not linked with it:
 * whoever draws or reads a graph opens it here, and calls it through this table. Once loaded it
 * stays; to open it again costs a lookup of names. Fields are called as the functions are, without
 * igraph_ in front, and have their types, so that a compiler checks calls as ever; the macros of
 * igraph's headers that call functions are of no use.
 *
 * None of this is part of a build without igraph.
 */
#ifndef GOSSIM_BASE_IGRAPH_LIBRARY_H
#define GOSSIM_BASE_IGRAPH_LIBRARY_H

#include "base/failure.h"

#include <igraph/igraph.h>
#include <stdbool.h>

struct igraph_library {
    // Errors.
    __typeof__(igraph_set_error_handler) *set_error_handler;
    __typeof__(igraph_set_warning_handler) *set_warning_handler;
    __typeof__(igraph_error_handler_ignore) *error_handler_ignore;
    __typeof__(igraph_strerror) *strerror;
    // Arrays.
    __typeof__(igraph_vector_int_init) *vector_int_init;
    __typeof__(igraph_vector_int_destroy) *vector_int_destroy;
    __typeof__(igraph_strvector_init) *strvector_init;
    __typeof__(igraph_strvector_destroy) *strvector_destroy;
    __typeof__(igraph_strvector_size) *strvector_size;
    __typeof__(igraph_strvector_get) *strvector_get;
    __typeof__(igraph_matrix_init) *matrix_init;
    __typeof__(igraph_matrix_destroy) *matrix_destroy;
    // Graphs.
    __typeof__(igraph_create) *create;
    __typeof__(igraph_destroy) *destroy;
    __typeof__(igraph_vcount) *vcount;
    __typeof__(igraph_ecount) *ecount;
    __typeof__(igraph_is_directed) *is_directed;
    // Files, and the attributes that they give.
    __typeof__(igraph_read_graph_gml) *read_graph_gml;
    __typeof__(igraph_read_graph_graphml) *read_graph_graphml;
    __typeof__(igraph_set_attribute_table) *set_attribute_table;
    __typeof__(igraph_cattribute_table) *cattribute_table;
    __typeof__(igraph_cattribute_list) *cattribute_list;
    __typeof__(igraph_cattribute_VAN) *cattribute_VAN;
    __typeof__(igraph_cattribute_VAS) *cattribute_VAS;
    __typeof__(igraph_cattribute_EAN) *cattribute_EAN;
    __typeof__(igraph_cattribute_EAS) *cattribute_EAS;
    // Measures and layouts.
    __typeof__(igraph_transitivity_undirected) *transitivity_undirected;
    __typeof__(igraph_transitivity_avglocal_undirected) *transitivity_avglocal_undirected;
    __typeof__(igraph_assortativity_degree) *assortativity_degree;
    __typeof__(igraph_rng_default) *rng_default;
    __typeof__(igraph_rng_seed) *rng_seed;
    __typeof__(igraph_layout_fruchterman_reingold) *layout_fruchterman_reingold;
};

/** Loads igraph unless that was done. Fails, with what the system's loader says of it, where it is
 * not installed, or is one that lacks a function. */
FAILURE_WARN_UNUSED bool igraph_library_open(struct igraph_library *igraph,
                                             struct failure *failure);

#endif
