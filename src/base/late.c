#include "base/late.h"

#include <dlfcn.h>
#include <string.h>

#include "base/tr.h"

bool
late_take(const char *library, const char *const *names, size_t n, void *table, struct err *err)
{
	static const void *none;
	char *at = table;
	void *handle, *found;

	/* The last is put in last. */
	if (memcmp(at + (n - 1) * sizeof found, &none, sizeof found) != 0)
		return true;
	handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
	for (size_t i = 0; i < n; i++) {
		found = handle != NULL ? dlsym(handle, names[i]) : NULL;
		if (found == NULL)
			return err_set(err, _("%s cannot be loaded (%s); install it"), library,
			    dlerror());
		memcpy(at + i * sizeof found, &found, sizeof found);
	}
	return true;
}
