/* nfc.h: text in Unicode's composed form (NFC), as ODK sends it: e and a combining
 * accent become one letter. */
#ifndef RUHU_BASE_NFC_H
#define RUHU_BASE_NFC_H

struct buf;

/* Appends the composed text. Only text with characters that could be composed asks
 * libunistring, which is taken in then; where it is not there, text stays as it is. */
void nfc_add(struct buf *out, const char *text);

#endif
