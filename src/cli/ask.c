#include "cli/ask.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/out.h"

bool
ask_word(const char *prompt, const char *wanted)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	char line[64];
	ssize_t n;

	if (tty < 0)
		return false;
	out_flush();
	complain("%s", prompt);
	n = read(tty, line, sizeof line - 1);
	close(tty);
	if (n <= 0)
		return false;
	line[n] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	return strcmp(line, wanted) == 0;
}
