/* ask.h: a word from the person at the terminal, before what cannot be undone. */
#ifndef RUHU_CLI_ASK_H
#define RUHU_CLI_ASK_H

#include <stdbool.h>

/* Asks and reads a line from the terminal itself; without one, from nobody: false. */
bool ask_word(const char *prompt, const char *wanted);

#endif
