#include "base/loaded_library.h"

#include <dlfcn.h>
#include <string.h>

static bool explain(const struct loaded_library *library, struct failure *failure) {
    const char *why = dlerror();
    return failure_running(failure, "cannot load %s: %s", library->title,
                           why == NULL ? library->soname : why);
}

bool loaded_library_open(const struct loaded_library *library, void *table,
                         struct failure *failure) {
    void *opened = dlopen(library->soname, library->flags);
    if (opened == NULL) {
        return explain(library, failure);
    }
    for (size_t i = 0; i < library->symbol_count; i++) {
        void *found = dlsym(opened, library->symbols[i].name);
        if (found == NULL) {
            return explain(library, failure);
        }
        // ISO C converts no pointer to an object to one to a function, but POSIX has them alike.
        memcpy((char *)table + library->symbols[i].offset, &found, sizeof found);
    }
    return true;
}
