#include "base/mpi_library.h"

#include "base/loaded_library.h"
#include "base/mpi_soname.h"

#include <dlfcn.h>
#include <stddef.h>

static const struct loaded_symbol symbols[] = {
    {"MPI_Init", offsetof(struct mpi_library, init)},
    {"MPI_Finalize", offsetof(struct mpi_library, finalize)},
    {"MPI_Comm_rank", offsetof(struct mpi_library, comm_rank)},
    {"MPI_Comm_size", offsetof(struct mpi_library, comm_size)},
    {"MPI_Comm_set_errhandler", offsetof(struct mpi_library, comm_set_errhandler)},
    {"MPI_Isend", offsetof(struct mpi_library, isend)},
    {"MPI_Test", offsetof(struct mpi_library, test)},
    {"MPI_Iprobe", offsetof(struct mpi_library, iprobe)},
    {"MPI_Recv", offsetof(struct mpi_library, recv)},
    {"ompi_mpi_comm_world", offsetof(struct mpi_library, world)},
    {"ompi_mpi_byte", offsetof(struct mpi_library, byte)},
    {"ompi_mpi_errors_return", offsetof(struct mpi_library, errors_return)},
};

_Static_assert(sizeof symbols / sizeof symbols[0] == sizeof(struct mpi_library) / sizeof(void *),
               "each field has a name to look for");

bool mpi_library_open(struct mpi_library *mpi, struct failure *failure) {
    const struct loaded_library library = {
        .title = "Open MPI",
        .soname = MPI_SONAME,
        // Its components are libraries of their own and find it by its symbols.
        .flags = RTLD_NOW | RTLD_GLOBAL,
        .symbols = symbols,
        .symbol_count = sizeof symbols / sizeof symbols[0],
    };
    return loaded_library_open(&library, mpi, failure);
}
