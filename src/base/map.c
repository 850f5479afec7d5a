#include "base/map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"

struct slot {
	const char *key;	/* NULL = free */
	uint64_t hash;
	void *value;
};

struct map {
	struct slot *slots;
	size_t size, used;	/* size is a power of two */
	uint64_t seed;
};

static uint64_t
hash_of(const struct map *map, const char *key)
{
	uint64_t h = 0xcbf29ce484222325u ^ map->seed;

	for (; *key != '\0'; key++) {
		h ^= (unsigned char)*key;
		h *= 0x100000001b3u;
	}
	return h ^ (h >> 29);
}

static struct slot *
probe(const struct map *map, const char *key, uint64_t hash)
{
	size_t at = (size_t)hash & (map->size - 1);

	while (map->slots[at].key != NULL &&
	    (map->slots[at].hash != hash || strcmp(map->slots[at].key, key) != 0))
		at = (at + 1) & (map->size - 1);
	return &map->slots[at];
}

static void
grow(struct map *map)
{
	struct slot *old = map->slots;
	size_t n = map->size;

	map->size = n > 0 ? n * 2 : 16;
	map->slots = xcalloc(map->size, sizeof *map->slots);
	for (size_t i = 0; i < n; i++)
		if (old[i].key != NULL)
			*probe(map, old[i].key, old[i].hash) = old[i];
	free(old);
}

struct map *
map_new(void)
{
	struct map *map = xcalloc(1, sizeof *map);

	/* Without entropy the table still works, only unseeded. */
	if (getrandom(&map->seed, sizeof map->seed, GRND_NONBLOCK) < 0)
		map->seed = 0;
	grow(map);
	return map;
}

void
map_free(struct map *map)
{
	if (map == NULL)
		return;
	free(map->slots);
	free(map);
}

size_t
map_count(const struct map *map)
{
	return map->used;
}

void **
map_get(const struct map *map, const char *key)
{
	struct slot *slot = probe(map, key, hash_of(map, key));

	return slot->key != NULL ? &slot->value : NULL;
}

bool
map_put(struct map *map, const char *key, void *value)
{
	uint64_t hash = hash_of(map, key);
	struct slot *slot;
	bool fresh;

	if (map->used * 4 >= map->size * 3)
		grow(map);
	slot = probe(map, key, hash);
	fresh = slot->key == NULL;
	if (fresh) {
		slot->key = key;
		slot->hash = hash;
		map->used++;
	}
	slot->value = value;
	return fresh;
}
