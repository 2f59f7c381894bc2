/**
 * The subcommands of the program: one file each, one row each in main.c's table.
 *
 * A command gets the arguments from its own name on and returns the exit status of the program.
 */
#ifndef GOSSIM_CLI_COMMAND_H
#define GOSSIM_CLI_COMMAND_H

enum exit_status {
    EXIT_STATUS_DONE = 0,
    EXIT_STATUS_FAILED = 1,     // failed while running, or interrupted
    EXIT_STATUS_BAD_INPUT = 2,  // bad input or usage
    EXIT_STATUS_UNEXPECTED = 3, // done, and an expectation failed
};

int command_run(int argument_count, char **arguments);
int command_check(int argument_count, char **arguments);
int command_bench(int argument_count, char **arguments);
int command_diff(int argument_count, char **arguments);
int command_ablate(int argument_count, char **arguments);
int command_hunt(int argument_count, char **arguments);
int command_import(int argument_count, char **arguments);
int command_plot(int argument_count, char **arguments);
int command_report(int argument_count, char **arguments);
int command_rpc(int argument_count, char **arguments);
int command_trace(int argument_count, char **arguments);
int command_shrink(int argument_count, char **arguments);
int command_step(int argument_count, char **arguments);
int command_sweep(int argument_count, char **arguments);
int command_compare(int argument_count, char **arguments);
int command_search(int argument_count, char **arguments);
int command_ties(int argument_count, char **arguments);
int command_topology(int argument_count, char **arguments);
int command_quirks(int argument_count, char **arguments);
int command_verify(int argument_count, char **arguments);
int command_validate(int argument_count, char **arguments);
int command_why(int argument_count, char **arguments);

#endif
