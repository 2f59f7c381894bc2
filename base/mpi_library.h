/**
 * Open MPI, loaded by those that need it.
 *
 * A program that is linked with it takes it along wherever it goes, with what it pulls in (hwloc,
 * libevent, PMIx …), and one sweep in a thousand asks for it. So it is opened when a launcher has
 * started several of us, and called through this table, as igraph is: base/igraph_library.h.
 * What mpi.h makes constants of (MPI_COMM_WORLD …) are addresses in the library, and stand here
 * beside the functions.
 *
 * None of this is part of a build without Open MPI.
 */
#ifndef GOSSIM_BASE_MPI_LIBRARY_H
#define GOSSIM_BASE_MPI_LIBRARY_H

#include "base/failure.h"

#include <mpi.h>
#include <stdbool.h>

struct mpi_library {
    __typeof__(MPI_Init) *init;
    __typeof__(MPI_Finalize) *finalize;
    __typeof__(MPI_Comm_rank) *comm_rank;
    __typeof__(MPI_Comm_size) *comm_size;
    __typeof__(MPI_Comm_set_errhandler) *comm_set_errhandler;
    __typeof__(MPI_Isend) *isend;
    __typeof__(MPI_Test) *test;
    __typeof__(MPI_Iprobe) *iprobe;
    __typeof__(MPI_Recv) *recv;
    MPI_Comm world;
    MPI_Datatype byte;
    MPI_Errhandler errors_return;
};

/** Loads Open MPI. Fails, with what the system's loader says of it, where it is not installed. */
FAILURE_WARN_UNUSED bool mpi_library_open(struct mpi_library *mpi, struct failure *failure);

#endif
