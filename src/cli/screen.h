/* screen.h: a command that opens the screens. */
#ifndef RUHU_CLI_SCREEN_H
#define RUHU_CLI_SCREEN_H

struct cli;
struct tui_options;

/* Opens the database and runs them; returns what the program exits with. */
int cli_screen(struct cli *, struct tui_options *);

#endif
