#include "cli/team_mail.h"

#include "base/check.h"
#include "base/mpi_library.h"

#include <stdlib.h>
#include <string.h>

enum { TAG = 1 };

/** A message that MPI may still have to read. */
struct letter {
    struct letter *next;
    MPI_Request request;
    uint64_t bytes[];
};

struct mail {
    struct mpi_library mpi;
    int rank;
    int ranks;
    struct letter *sent;
};

struct mail *mail_open(struct failure *failure) {
    struct mail *mail = calloc(1, sizeof *mail);
    if (mail == NULL) {
        failure_running(failure, "out of memory");
        return NULL;
    }
    struct mpi_library *mpi = &mail->mpi;
    if (!mpi_library_open(mpi, failure)) {
        free(mail);
        return NULL;
    }
    bool ok = mpi->init(NULL, NULL) == MPI_SUCCESS;
    ok = ok && mpi->comm_set_errhandler(mpi->world, mpi->errors_return) == MPI_SUCCESS;
    ok = ok && mpi->comm_rank(mpi->world, &mail->rank) == MPI_SUCCESS;
    ok = ok && mpi->comm_size(mpi->world, &mail->ranks) == MPI_SUCCESS;
    if (!ok) {
        failure_running(failure, "Open MPI does not start");
        free(mail);
        return NULL;
    }
    return mail;
}

uint32_t mail_rank(const struct mail *mail) {
    return (uint32_t)mail->rank;
}

uint32_t mail_ranks(const struct mail *mail) {
    return (uint32_t)mail->ranks;
}

/** Frees the letters that are on their way. */
static void tidy(struct mail *mail) {
    struct letter **at = &mail->sent;
    while (*at != NULL) {
        struct letter *letter = *at;
        int done = 0;
        // One that cannot be sent is done with, too.
        if (mail->mpi.test(&letter->request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS || done) {
            *at = letter->next;
            free(letter);
        } else {
            at = &letter->next;
        }
    }
}

bool mail_send(struct mail *mail, uint32_t to, const void *message, size_t size) {
    struct letter *letter = malloc(sizeof *letter + size);
    if (letter == NULL) {
        return false;
    }
    memcpy(letter->bytes, message, size);
    const struct mpi_library *mpi = &mail->mpi;
    if (mpi->isend(letter->bytes, (int)size, mpi->byte, (int)to, TAG, mpi->world,
                   &letter->request) != MPI_SUCCESS) {
        free(letter);
        return false;
    }
    letter->next = mail->sent;
    mail->sent = letter;
    tidy(mail);
    return true;
}

bool mail_take(struct mail *mail, void *message, size_t size, uint32_t *from) {
    const struct mpi_library *mpi = &mail->mpi;
    int there = 0;
    MPI_Status status;
    if (mpi->iprobe(MPI_ANY_SOURCE, TAG, mpi->world, &there, &status) != MPI_SUCCESS || !there) {
        return false;
    }
    *from = (uint32_t)status.MPI_SOURCE;
    return mpi->recv(message, (int)size, mpi->byte, status.MPI_SOURCE, TAG, mpi->world, &status) ==
           MPI_SUCCESS;
}

void mail_close(struct mail *mail, bool parting) {
    // Where ranks are missing, MPI may have letters for them as long as this process lives.
    bool sent = true;
    if (parting) {
        tidy(mail);
        sent = mail->sent == NULL;
        mail->mpi.finalize();
    }
    if (parting && sent) {
        free(mail);
    }
}
