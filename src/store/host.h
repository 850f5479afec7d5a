/* host.h: what a session asks of the database: lists, the last saved answers,
 * whether a key is taken. */
#ifndef RUHU_STORE_HOST_H
#define RUHU_STORE_HOST_H

struct desk;

/* Fills desk->host, whose functions are called with the desk. */
void host_fill(struct desk *);

#endif
