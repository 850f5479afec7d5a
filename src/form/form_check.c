#include "form/form_build.h"
void
form_check(struct builder *b)
{
	(void)b;
}
