#include "sim/crew.h"

#include "base/check.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

// Somebody who waits stays awake for about a millisecond: to be woken takes a tenth of one, and
// makes the others wait in turn. Between looks he lets others have the processor, so that two
// members who were put on one do not keep each other from working, nor anybody else.
enum { TURNS = 2000, LOOKS_A_TURN = 500 };

struct crew_member {
    struct crew *crew;
    uint32_t number;
    pthread_t thread;
};

struct crew {
    crew_work work;
    void *context;
    uint32_t count;
    uint32_t started; // threads, member 0 not among them
    bool has_room;    // there is a processor for each
    bool ended;       // written before a round begins
    struct crew_member members[CREW_MEMBERS_MAX];
    pthread_mutex_t mutex;
    pthread_cond_t begins;
    pthread_cond_t ends;
    _Alignas(64) atomic_uint round; // of the latest that has begun
    atomic_bool awake;              // who waits looks, and does not sleep
    _Alignas(64) atomic_uint busy;  // threads that have not done their part of it
};

/** Whether each member can have a processor. */
static bool has_processors(uint32_t members) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) >= (int)members;
}

/** Looks whether a number is another than it was, for a while; false if it never was. */
static bool look_for_change(struct crew *crew, atomic_uint *number, unsigned known) {
    for (uint32_t turn = 0; turn < TURNS; turn++) {
        if (!atomic_load_explicit(&crew->awake, memory_order_relaxed)) {
            return false;
        }
        for (uint32_t i = 0; i < LOOKS_A_TURN; i++) {
            if (atomic_load_explicit(number, memory_order_acquire) != known) {
                return true;
            }
        }
        sched_yield();
    }
    return false;
}

/** Waits for a round after the one that is known. */
static unsigned await_round(struct crew *crew, unsigned known) {
    if (!look_for_change(crew, &crew->round, known)) {
        pthread_mutex_lock(&crew->mutex);
        while (atomic_load_explicit(&crew->round, memory_order_acquire) == known) {
            pthread_cond_wait(&crew->begins, &crew->mutex);
        }
        pthread_mutex_unlock(&crew->mutex);
    }
    return atomic_load_explicit(&crew->round, memory_order_acquire);
}

/** A thread has done its part; the last one wakes member 0. */
static void report(struct crew *crew) {
    if (atomic_fetch_sub_explicit(&crew->busy, 1, memory_order_acq_rel) == 1) {
        pthread_mutex_lock(&crew->mutex);
        pthread_cond_signal(&crew->ends);
        pthread_mutex_unlock(&crew->mutex);
    }
}

static void *serve(void *argument) {
    struct crew_member *member = argument;
    struct crew *crew = member->crew;
    unsigned round = 0;
    for (;;) {
        round = await_round(crew, round);
        if (crew->ended) {
            return NULL;
        }
        crew->work(crew->context, member->number);
        report(crew);
    }
}

static void begin_round(struct crew *crew) {
    pthread_mutex_lock(&crew->mutex);
    atomic_store_explicit(&crew->busy, crew->started, memory_order_relaxed);
    atomic_store_explicit(&crew->awake, crew->has_room, memory_order_relaxed);
    atomic_fetch_add_explicit(&crew->round, 1, memory_order_release);
    pthread_cond_broadcast(&crew->begins);
    pthread_mutex_unlock(&crew->mutex);
}

/** Member 0 waits for all others. */
static void await_all(struct crew *crew) {
    for (unsigned busy = 0; (busy = atomic_load_explicit(&crew->busy, memory_order_acquire)) > 0;) {
        if (look_for_change(crew, &crew->busy, busy)) {
            continue;
        }
        pthread_mutex_lock(&crew->mutex);
        while (atomic_load_explicit(&crew->busy, memory_order_acquire) > 0) {
            pthread_cond_wait(&crew->ends, &crew->mutex);
        }
        pthread_mutex_unlock(&crew->mutex);
    }
}

struct crew *crew_create(struct arena *arena, uint32_t members, crew_work work, void *context) {
    CHECK(members >= 1);
    CHECK(members <= CREW_MEMBERS_MAX);
    struct crew *crew = arena_take(arena, MEMORY_TABLES, sizeof *crew);
    crew->work = work;
    crew->context = context;
    crew->count = members;
    crew->has_room = has_processors(members);
    atomic_init(&crew->awake, crew->has_room);
    atomic_init(&crew->round, 0);
    atomic_init(&crew->busy, 0);
    pthread_mutex_init(&crew->mutex, NULL);
    pthread_cond_init(&crew->begins, NULL);
    pthread_cond_init(&crew->ends, NULL);
    for (uint32_t i = 1; i < members; i++) {
        struct crew_member *member = &crew->members[i];
        *member = (struct crew_member){.crew = crew, .number = i};
        if (pthread_create(&member->thread, NULL, serve, member) != 0) {
            crew_end(crew);
            return NULL;
        }
        crew->started++;
    }
    return crew;
}

void crew_do(struct crew *crew) {
    begin_round(crew);
    crew->work(crew->context, 0);
    await_all(crew);
}

void crew_rest(struct crew *crew) {
    atomic_store_explicit(&crew->awake, false, memory_order_relaxed);
}

void crew_end(struct crew *crew) {
    if (crew == NULL) {
        return;
    }
    crew->ended = true;
    begin_round(crew);
    for (uint32_t i = 1; i <= crew->started; i++) {
        pthread_join(crew->members[i].thread, NULL);
    }
    pthread_cond_destroy(&crew->ends);
    pthread_cond_destroy(&crew->begins);
    pthread_mutex_destroy(&crew->mutex);
}
