#include "cli/command.h"
#include "cli/standard_options.h"
#include "cli/version.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

struct command {
    const char *name;
    int (*run)(int argument_count, char **arguments);
    const char *arguments;
    const char *summary;
};

static const struct command commands[] = {
    {"run", command_run, "FILE", "simulate a scenario; leave summary, trace, tables and figures"},
    {"check", command_check, "FILE", "validate a scenario and print its canonical form"},
    {"topology", command_topology, "FILE", "tell what a graph is like; export or draw it"},
    {"import", command_import, "FILE", "make a scenario of gossipsub-interop's params.json"},
    {"plot", command_plot, "DIR", "draw the tables and figures of a finished run again"},
    {"report", command_report, "DIR", "write one HTML page about a run, a sweep or a comparison"},
    {"trace", command_trace, "DIR", "print the records of a run, or some of them; export them"},
    {"why", command_why, "DIR", "tell why a node got a message when it did, or did not"},
    {"diff", command_diff, "A B", "tell where two runs part, and over what"},
    {"verify", command_verify, "FILE", "run a scenario in ways that must come to the same"},
    {"step", command_step, "FILE", "go through a run event by event, forward and back"},
    {"rpc", command_rpc, "VERB",
     "decode or encode one RPC: bytes in hexadecimal to JSON, and back"},
    {"quirks", command_quirks, "", "list where the 2020 router departs from the specification"},
    {"ablate", command_ablate, "FILE", "tell what each quirk of the 2020 router costs"},
    {"sweep", command_sweep, "FILE", "run a scenario at many values of its keys, at several seeds"},
    {"hunt", command_hunt, "FILE", "run one seed after the other until an expectation fails"},
    {"shrink", command_shrink, "FILE", "make a scenario that fails as small as it can be"},
    {"compare", command_compare, "A B", "tell what differs between two scenarios, and how surely"},
    {"search", command_search, "FILE",
     "find the smallest or largest value that meets expectations"},
    {"ties", command_ties, "FILE", "tell which figures depend on the order of simultaneous events"},
    {"bench", command_bench, "[TABLE]", "measure speed and memory, beside other programs"},
    {"validate", command_validate, "[CASE]", "run the cases with known answers and compare"},
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0], TITLE_SIZE = 32 };

static void print_help(FILE *out) {
    fputs("Usage: gossim COMMAND [OPTION...] [ARGUMENT]\n"
          "A deterministic simulator of libp2p GossipSub networks.\n\n"
          "Commands:\n",
          out);
    for (int i = 0; i < COMMAND_COUNT; i++) {
        fprintf(out, "  %-8s %-6s %s\n", commands[i].name, commands[i].arguments,
                commands[i].summary);
    }
    fputs("\n`gossim COMMAND --help` lists a command's options; `gossim --version` prints the "
          "version.\n"
          "Exit status: 0 done; 1 failed while running, or interrupted; 2 bad input or usage;\n"
          "3 done, and an expectation of the scenario failed, or two runs differ.\n",
          out);
}

int main(int argument_count, char **arguments) {
    argp_err_exit_status = EXIT_STATUS_BAD_INPUT;
    standard_streams_hold();
    if (argument_count < 2) {
        print_help(stderr);
        return EXIT_STATUS_BAD_INPUT;
    }
    const char *name = arguments[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        print_help(stdout);
        return standard_output_end();
    }
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        puts(GOSSIM_VERSION_TEXT);
        return standard_output_end();
    }
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(name, commands[i].name) == 0) {
            // What the command calls itself in help and in messages about its options.
            char title[TITLE_SIZE];
            snprintf(title, sizeof title, "gossim %s", name);
            arguments[1] = title;
            return commands[i].run(argument_count - 1, arguments + 1);
        }
    }
    fprintf(stderr, "gossim: unknown command '%s'; there are:", name);
    for (int i = 0; i < COMMAND_COUNT; i++) {
        fprintf(stderr, " %s", commands[i].name);
    }
    fputs(". Try 'gossim --help'.\n", stderr);
    return EXIT_STATUS_BAD_INPUT;
}
