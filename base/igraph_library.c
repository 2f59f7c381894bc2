#include "base/igraph_library.h"

#include "base/igraph_soname.h"
#include "base/loaded_library.h"

#include <dlfcn.h>
#include <stddef.h>

static const struct loaded_symbol symbols[] = {
    {"igraph_set_error_handler", offsetof(struct igraph_library, set_error_handler)},
    {"igraph_set_warning_handler", offsetof(struct igraph_library, set_warning_handler)},
    {"igraph_error_handler_ignore", offsetof(struct igraph_library, error_handler_ignore)},
    {"igraph_strerror", offsetof(struct igraph_library, strerror)},
    {"igraph_vector_int_init", offsetof(struct igraph_library, vector_int_init)},
    {"igraph_vector_int_destroy", offsetof(struct igraph_library, vector_int_destroy)},
    {"igraph_strvector_init", offsetof(struct igraph_library, strvector_init)},
    {"igraph_strvector_destroy", offsetof(struct igraph_library, strvector_destroy)},
    {"igraph_strvector_size", offsetof(struct igraph_library, strvector_size)},
    {"igraph_strvector_get", offsetof(struct igraph_library, strvector_get)},
    {"igraph_matrix_init", offsetof(struct igraph_library, matrix_init)},
    {"igraph_matrix_destroy", offsetof(struct igraph_library, matrix_destroy)},
    {"igraph_create", offsetof(struct igraph_library, create)},
    {"igraph_destroy", offsetof(struct igraph_library, destroy)},
    {"igraph_vcount", offsetof(struct igraph_library, vcount)},
    {"igraph_ecount", offsetof(struct igraph_library, ecount)},
    {"igraph_is_directed", offsetof(struct igraph_library, is_directed)},
    {"igraph_read_graph_gml", offsetof(struct igraph_library, read_graph_gml)},
    {"igraph_read_graph_graphml", offsetof(struct igraph_library, read_graph_graphml)},
    {"igraph_set_attribute_table", offsetof(struct igraph_library, set_attribute_table)},
    {"igraph_cattribute_table", offsetof(struct igraph_library, cattribute_table)},
    {"igraph_cattribute_list", offsetof(struct igraph_library, cattribute_list)},
    {"igraph_cattribute_VAN", offsetof(struct igraph_library, cattribute_VAN)},
    {"igraph_cattribute_VAS", offsetof(struct igraph_library, cattribute_VAS)},
    {"igraph_cattribute_EAN", offsetof(struct igraph_library, cattribute_EAN)},
    {"igraph_cattribute_EAS", offsetof(struct igraph_library, cattribute_EAS)},
    {"igraph_transitivity_undirected", offsetof(struct igraph_library, transitivity_undirected)},
    {"igraph_transitivity_avglocal_undirected",
     offsetof(struct igraph_library, transitivity_avglocal_undirected)},
    {"igraph_assortativity_degree", offsetof(struct igraph_library, assortativity_degree)},
    {"igraph_rng_default", offsetof(struct igraph_library, rng_default)},
    {"igraph_rng_seed", offsetof(struct igraph_library, rng_seed)},
    {"igraph_layout_fruchterman_reingold",
     offsetof(struct igraph_library, layout_fruchterman_reingold)},
};

_Static_assert(sizeof symbols / sizeof symbols[0] == sizeof(struct igraph_library) / sizeof(void *),
               "each field has a name to look for");

bool igraph_library_open(struct igraph_library *igraph, struct failure *failure) {
    const struct loaded_library library = {
        .title = "igraph",
        .soname = IGRAPH_SONAME,
        .flags = RTLD_LAZY | RTLD_LOCAL,
        .symbols = symbols,
        .symbol_count = sizeof symbols / sizeof symbols[0],
    };
    return loaded_library_open(&library, igraph, failure);
}
