/*
 * Gives files to the fuzzing target, each in a process that may use so much time and memory and no
 * more: an ordinary test without a fuzzer.
 *
 * Usage: replay PATH…
 *
 * A folder stands for the files in it, but not for those of its folders.
 */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CPU_S_MAX = 10, FILE_SIZE_MAX = 8 << 20, PATH_SIZE = 4096 };
// Of address space. The largest file of the corpus may take a fixed sum and so much per byte.
#define MEMORY_BYTES (UINT64_C(256) << 20)
#define MEMORY_BYTES_PER_BYTE UINT64_C(4096)

/** Replays one file; does not return. */
static void replay(const char *path) {
    uint8_t *data = malloc(FILE_SIZE_MAX);
    FILE *file = fopen(path, "rb");
    if (file == NULL || data == NULL) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    size_t size = fread(data, 1, FILE_SIZE_MAX, file);
    fclose(file);
    // A copy that ends where the text ends, so that a sanitizer sees who reads on.
    uint8_t *text = malloc(size + (size == 0));
    if (text == NULL) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    memcpy(text, data, size);
    uint64_t memory = MEMORY_BYTES + size * MEMORY_BYTES_PER_BYTE;
    setrlimit(RLIMIT_CPU, &(struct rlimit){.rlim_cur = CPU_S_MAX, .rlim_max = CPU_S_MAX});
    setrlimit(RLIMIT_AS, &(struct rlimit){.rlim_cur = memory, .rlim_max = memory});
    LLVMFuzzerTestOneInput(text, size);
    free(text);
    free(data);
    exit(EXIT_SUCCESS);
}

static bool survives(const char *path) {
    fflush(NULL);
    pid_t child = fork();
    if (child < 0) {
        perror("fork");
        return false;
    }
    if (child == 0) {
        replay(path);
    }
    int status = 0;
    if (waitpid(child, &status, 0) != child) {
        perror("waitpid");
        return false;
    }
    if (WIFSIGNALED(status)) {
        printf("%s: ended by signal %d (%s)\n", path, WTERMSIG(status),
               strsignal(WTERMSIG(status)));
        return false;
    }
    if (WEXITSTATUS(status) != EXIT_SUCCESS) {
        printf("%s: ended with status %d\n", path, WEXITSTATUS(status));
        return false;
    }
    return true;
}

struct counts {
    uint32_t files;
    uint32_t failed;
};

static void add_file(struct counts *counts, const char *path) {
    struct stat status;
    if (stat(path, &status) == 0 && S_ISREG(status.st_mode)) {
        counts->files++;
        counts->failed += survives(path) ? 0 : 1;
    }
}

/** Replays the files of a folder; false if it is none. */
static bool add_folder(struct counts *counts, const char *path) {
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return false;
    }
    const struct dirent *entry = NULL;
    while ((entry = readdir(folder)) != NULL) {
        char file[PATH_SIZE];
        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        add_file(counts, file);
    }
    closedir(folder);
    return true;
}

int main(int argument_count, char **arguments) {
    struct counts counts = {0};
    for (int i = 1; i < argument_count; i++) {
        if (!add_folder(&counts, arguments[i])) {
            add_file(&counts, arguments[i]);
        }
    }
    printf("%u files, %u failed\n", counts.files, counts.failed);
    return counts.failed == 0 && counts.files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
