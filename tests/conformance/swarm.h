/**
 * A network of random routers that get random inputs: links that come and go, refused and broken
 * ones, handlers, publications, RPCs that no router would send, time that passes, applications that
 * take theirs.
 *
 * All is drawn from the seed alone, so two swarms of one seed and of equal options get the same
 * inputs. The fixture checks every router after each step, and the slab after each verb.
 */
#ifndef GOSSIM_TESTS_CONFORMANCE_SWARM_H
#define GOSSIM_TESTS_CONFORMANCE_SWARM_H

#include "tests/support/network_fixture.h"

enum { SWARM_STEPS = 500 };

/** Options of a swarm: all but the quirks is drawn. */
struct network_options swarm_options(uint64_t seed, const uint64_t quirks[NETWORK_GROUPS]);

/** Makes the network and drives it; nothing is pending when it returns. */
struct network *swarm_run(const struct network_options *options);

#endif
