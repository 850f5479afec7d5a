/* ballast.h: room kept back for a full disk. Without any, SQLite cannot even make the
 * -shm file beside the database, so that what is there could be neither read nor
 * finished. A file DB.ballast holds some: it is given up when the database cannot be
 * opened for want of room, and made again once there is room. */
#ifndef RUHU_STORE_BALLAST_H
#define RUHU_STORE_BALLAST_H

#include <stdbool.h>
#include <stdint.h>

/* Makes it where it is not there. False: the disk has no room for it. A disk that
 * cannot keep room back at all is none of this program's faults: true. */
bool ballast_make(const char *database, int64_t bytes);
/* Is there no room left beside the database, and was some kept back? Then it is given
 * up, and true: try again. */
bool ballast_give_up(const char *database);

#endif
