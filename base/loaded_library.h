/**
 * Libraries that are loaded when somebody needs them, and called through a table: igraph_library.h,
 * mpi_library.h.
 */
#ifndef GOSSIM_BASE_LOADED_LIBRARY_H
#define GOSSIM_BASE_LOADED_LIBRARY_H

#include "base/failure.h"

#include <stdbool.h>
#include <stddef.h>

/** A name that a library has, and where its address goes: bytes from the table's beginning. */
struct loaded_symbol {
    const char *name;
    size_t offset;
};

struct loaded_library {
    const char *title;                   // for people
    const char *soname;                  // by which the system's loader finds it
    int flags;                           // of dlopen(3)
    const struct loaded_symbol *symbols; // [symbol_count]
    size_t symbol_count;
};

/**
 * Loads a library unless that was done, and fills a table of pointers. It is never closed: it may
 * have handlers of its own that run when the process ends. Fails, with what the loader says of it,
 * where it is not installed, or is one that lacks a name.
 */
FAILURE_WARN_UNUSED bool loaded_library_open(const struct loaded_library *library, void *table,
                                             struct failure *failure);

#endif
