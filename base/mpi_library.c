#include "base/mpi_library.h"

#include "base/mpi_soname.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

static const struct {
    const char *name;
    size_t offset;
} symbols[] = {
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

static bool explain(struct failure *failure) {
    const char *why = dlerror();
    return failure_running(failure, "cannot load Open MPI: %s", why == NULL ? MPI_SONAME : why);
}

bool mpi_library_open(struct mpi_library *mpi, struct failure *failure) {
    // Its components are libraries of their own and find it by its symbols, so these are global.
    void *library = dlopen(MPI_SONAME, RTLD_NOW | RTLD_GLOBAL);
    if (library == NULL) {
        return explain(failure);
    }
    for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
        void *found = dlsym(library, symbols[i].name);
        if (found == NULL) {
            return explain(failure);
        }
        // ISO C converts no pointer to an object to one to a function, but POSIX has them alike.
        memcpy((char *)mpi + symbols[i].offset, &found, sizeof found);
    }
    return true;
}
