#include "store/schema.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/tr.h"
#include "store/db.h"

/* Each step takes the database from version [i] to [i + 1]. Steps that were ever
 * released are never edited. The comments are kept by SQLite: `.schema` shows
 * them to a person. */
static const char *const steps[][8] = {
	{
	    "CREATE TABLE ruhu_epoch (	-- a life of a database: changes are numbered within one\n"
	    "	no INTEGER PRIMARY KEY,\n"
	    "	id TEXT NOT NULL UNIQUE,	-- 32 hex digits, random\n"
	    "	site TEXT NOT NULL,		-- whose\n"
	    "	made_ms INTEGER NOT NULL,	-- UTC, since 1970\n"
	    "	parent TEXT,			-- the epoch before it\n"
	    "	why TEXT NOT NULL,		-- new, backup, copied, behind\n"
	    "	last_seq INTEGER NOT NULL DEFAULT 0,\n"
	    "	chain BLOB NOT NULL		-- of change last_seq; zeros before the first\n"
	    ") STRICT;\n"
	    "CREATE TABLE ruhu_site (	-- this database: one row\n"
	    "	one INTEGER PRIMARY KEY CHECK (one = 1),\n"
	    "	id TEXT NOT NULL DEFAULT 'LOCAL',	-- LOCAL until `ruhu site init`\n"
	    "	name TEXT NOT NULL DEFAULT '',\n"
	    "	epoch INTEGER REFERENCES ruhu_epoch(no),	-- the present one\n"
	    "	stream TEXT NOT NULL,		-- numbering of what this site sends\n"
	    "	hlc INTEGER NOT NULL DEFAULT 0,	-- clock: UTC ms << 16 | counter\n"
	    "	acked_seq INTEGER NOT NULL DEFAULT 0,	-- the other side has up to here\n"
	    "	acked_chain BLOB NOT NULL,\n"
	    "	machine TEXT NOT NULL DEFAULT '',	-- where this file was last opened\n"
	    "	inode INTEGER NOT NULL DEFAULT 0	-- of that file; -1: a backup\n"
	    ") STRICT;\n"
	    "CREATE TABLE ruhu_name (	-- authors and questions, said once\n"
	    "	no INTEGER PRIMARY KEY,\n"
	    "	text TEXT NOT NULL UNIQUE\n"
	    ") STRICT;\n",

	    "CREATE TABLE ruhu_form (	-- every version of every form, its text as installed\n"
	    "	no INTEGER PRIMARY KEY,\n"
	    "	id TEXT NOT NULL,\n"
	    "	version TEXT NOT NULL,\n"
	    "	title TEXT NOT NULL,\n"
	    "	file TEXT NOT NULL,		-- name it was installed from\n"
	    "	text TEXT NOT NULL,		-- YAML\n"
	    "	hash TEXT NOT NULL,		-- BLAKE2b-256 of text, hex\n"
	    "	installed_at TEXT NOT NULL,	-- UTC\n"
	    "	installed_by TEXT NOT NULL,\n"
	    "	current INTEGER NOT NULL,	-- 1: new records get this version\n"
	    "	UNIQUE (id, version)\n"
	    ") STRICT;\n"
	    "CREATE TABLE ruhu_form_file (	-- lists and tables kept beside a form\n"
	    "	form INTEGER NOT NULL REFERENCES ruhu_form(no),\n"
	    "	name TEXT NOT NULL,\n"
	    "	text TEXT NOT NULL,\n"
	    "	PRIMARY KEY (form, name)\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "CREATE TABLE ruhu_question (	-- where each question's answers stand\n"
	    "	form TEXT NOT NULL,		-- ruhu_form.id\n"
	    "	field TEXT NOT NULL,		-- as in ruhu_change; '' is the form itself\n"
	    "	repeat TEXT NOT NULL,		-- field of the repeat it lies in, '' outside\n"
	    "	tbl TEXT NOT NULL,		-- answer table\n"
	    "	col TEXT,			-- its column; NULL: the row is a table (form, repeat)\n"
	    "	kind TEXT NOT NULL,		-- integer, decimal, text ...; form, repeat\n"
	    "	version TEXT NOT NULL,		-- the newest version that has it\n"
	    "	now TEXT,			-- what it is called today, when renamed\n"
	    "	n INTEGER NOT NULL,		-- order of columns\n"
	    "	PRIMARY KEY (form, field)\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "CREATE TABLE ruhu_list (	-- lists that forms publish for others (settings.ruhu.publish)\n"
	    "	name TEXT PRIMARY KEY,\n"
	    "	form TEXT NOT NULL,\n"
	    "	repeat TEXT NOT NULL,		-- field of the repeat whose rows it has, '' records\n"
	    "	key TEXT NOT NULL,		-- field; the newest of each key counts\n"
	    "	latest TEXT NOT NULL,		-- field that tells the newest, '' time of saving\n"
	    "	label TEXT NOT NULL		-- field\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "CREATE TABLE ruhu_data (	-- grows with each save: are lists of this form stale?\n"
	    "	form TEXT PRIMARY KEY,\n"
	    "	version INTEGER NOT NULL\n"
	    ") STRICT, WITHOUT ROWID;\n",

	    "CREATE TABLE ruhu_record (	-- one filled form\n"
	    "	no INTEGER PRIMARY KEY,		-- record_no in the answer tables\n"
	    "	id TEXT NOT NULL UNIQUE,	-- UUIDv7\n"
	    "	form TEXT NOT NULL,\n"
	    "	version TEXT NOT NULL,\n"
	    "	state TEXT NOT NULL CHECK (state IN ('complete', 'incomplete')),\n"
	    "	deleted INTEGER NOT NULL DEFAULT 0,\n"
	    "	label TEXT NOT NULL DEFAULT '',\n"
	    "	scope TEXT NOT NULL DEFAULT '',\n"
	    "	created_at TEXT NOT NULL, created_by TEXT NOT NULL,	-- UTC\n"
	    "	changed_at TEXT NOT NULL, changed_by TEXT NOT NULL,\n"
	    "	last_change INTEGER NOT NULL DEFAULT 0,	-- ruhu_change.no\n"
	    "	secret BLOB NOT NULL		-- 32 random bytes: key of its values' hashes\n"
	    ") STRICT;\n"
	    "CREATE INDEX ruhu_record_newest ON ruhu_record(form, deleted, last_change);\n"
	    "CREATE INDEX ruhu_record_author ON ruhu_record(form, changed_by, last_change);\n"
	    "CREATE TABLE ruhu_row (	-- a row of a repeat\n"
	    "	no INTEGER PRIMARY KEY,		-- row_no in the answer tables\n"
	    "	record INTEGER NOT NULL REFERENCES ruhu_record(no),\n"
	    "	id TEXT NOT NULL,		-- UUIDv7\n"
	    "	UNIQUE (record, id)\n"
	    ") STRICT;\n",

	    "CREATE TABLE ruhu_change (	-- every answer that was ever saved; rows are only added\n"
	    "	no INTEGER PRIMARY KEY,\n"
	    "	epoch INTEGER NOT NULL REFERENCES ruhu_epoch(no),\n"
	    "	seq INTEGER NOT NULL,		-- 1, 2, 3 ... in its epoch\n"
	    "	hlc INTEGER NOT NULL,		-- UTC ms << 16 | counter\n"
	    "	record INTEGER NOT NULL REFERENCES ruhu_record(no),\n"
	    "	row INTEGER REFERENCES ruhu_row(no),	-- NULL: not in a repeat\n"
	    "	field INTEGER NOT NULL REFERENCES ruhu_name(no),\n"
	    "	value TEXT,			-- NULL: emptied\n"
	    "	reason TEXT,			-- why there is no answer: refused, unknown, not_applicable\n"
	    "	author INTEGER NOT NULL REFERENCES ruhu_name(no),\n"
	    "	form INTEGER NOT NULL REFERENCES ruhu_form(no),\n"
	    "	prev TEXT,			-- changes it was written in knowledge of: epoch:seq:chain ...\n"
	    "	flags INTEGER NOT NULL DEFAULT 0,	-- 1 clock was behind, 2 raw, 4 imported\n"
	    "	tx INTEGER NOT NULL,		-- same number: saved together\n"
	    "	chain BLOB NOT NULL,		-- hash over this change and the chain before it\n"
	    "	UNIQUE (epoch, seq)\n"
	    ") STRICT;\n"
	    "CREATE INDEX ruhu_change_record ON ruhu_change(record);\n"
	    "CREATE TRIGGER ruhu_change_kept_update BEFORE UPDATE ON ruhu_change\n"
	    "	BEGIN SELECT RAISE(ABORT, 'ruhu_change is a log: its rows are never changed'); END;\n"
	    "CREATE TRIGGER ruhu_change_kept_delete BEFORE DELETE ON ruhu_change\n"
	    "	BEGIN SELECT RAISE(ABORT, 'ruhu_change is a log: its rows are never removed'); END;\n"
	    "CREATE TABLE ruhu_head (	-- the newest change(s) of each field; made from ruhu_change\n"
	    "	record INTEGER NOT NULL,\n"
	    "	row INTEGER NOT NULL,		-- 0: not in a repeat\n"
	    "	field INTEGER NOT NULL,\n"
	    "	change INTEGER NOT NULL REFERENCES ruhu_change(no),\n"
	    "	PRIMARY KEY (record, row, field, change)\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "CREATE TABLE ruhu_conflict (	-- fields whose heads differ and wait for a person\n"
	    "	record INTEGER NOT NULL,\n"
	    "	row INTEGER NOT NULL,\n"
	    "	field INTEGER NOT NULL,\n"
	    "	PRIMARY KEY (record, row, field)\n"
	    ") STRICT, WITHOUT ROWID;\n",

	    "CREATE TABLE ruhu_draft (	-- a record with answers not yet saved, by one worker\n"
	    "	record TEXT NOT NULL,		-- ruhu_record.id, or a new one\n"
	    "	author TEXT NOT NULL,\n"
	    "	form TEXT NOT NULL,\n"
	    "	version TEXT NOT NULL,\n"
	    "	label TEXT NOT NULL DEFAULT '',\n"
	    "	cursor_row TEXT NOT NULL DEFAULT '',	-- where the cursor was\n"
	    "	cursor_field TEXT NOT NULL DEFAULT '',\n"
	    "	started_at TEXT NOT NULL,	-- UTC\n"
	    "	touched_at TEXT NOT NULL,\n"
	    "	PRIMARY KEY (record, author)\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "CREATE TABLE ruhu_draft_answer (\n"
	    "	record TEXT NOT NULL, author TEXT NOT NULL,\n"
	    "	row TEXT NOT NULL,		-- ruhu_row.id, '' outside repeats\n"
	    "	field TEXT NOT NULL,\n"
	    "	value TEXT NOT NULL,\n"
	    "	reason TEXT NOT NULL DEFAULT '',\n"
	    "	base INTEGER NOT NULL DEFAULT 0,	-- ruhu_change.no that was on the screen\n"
	    "	PRIMARY KEY (record, author, row, field),\n"
	    "	FOREIGN KEY (record, author) REFERENCES ruhu_draft(record, author) ON DELETE CASCADE\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "CREATE TABLE ruhu_draft_gone (	-- saved rows that the draft removed\n"
	    "	record TEXT NOT NULL, author TEXT NOT NULL,\n"
	    "	row TEXT NOT NULL,		-- ruhu_row.id\n"
	    "	PRIMARY KEY (record, author, row),\n"
	    "	FOREIGN KEY (record, author) REFERENCES ruhu_draft(record, author) ON DELETE CASCADE\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "CREATE TABLE ruhu_draft_rows (	-- rows of a repeat, when the draft changed them\n"
	    "	record TEXT NOT NULL, author TEXT NOT NULL,\n"
	    "	parent TEXT NOT NULL,		-- row it lies in, '' outside repeats\n"
	    "	repeat TEXT NOT NULL,		-- field of the repeat\n"
	    "	ids TEXT NOT NULL,		-- row ids in order, a space between\n"
	    "	PRIMARY KEY (record, author, parent, repeat),\n"
	    "	FOREIGN KEY (record, author) REFERENCES ruhu_draft(record, author) ON DELETE CASCADE\n"
	    ") STRICT, WITHOUT ROWID;\n",

	    "CREATE TABLE ruhu_flag (	-- questions to be put right later\n"
	    "	no INTEGER PRIMARY KEY,\n"
	    "	record TEXT NOT NULL,		-- ruhu_record.id\n"
	    "	form TEXT NOT NULL,\n"
	    "	row TEXT NOT NULL,\n"
	    "	field TEXT NOT NULL,\n"
	    "	path TEXT NOT NULL,		-- /data/member[2]/wage, when it was raised\n"
	    "	note TEXT NOT NULL,\n"
	    "	raised_at TEXT NOT NULL, raised_by TEXT NOT NULL,	-- UTC\n"
	    "	closed_at TEXT, closed_by TEXT\n"
	    ") STRICT;\n"
	    "CREATE INDEX ruhu_flag_record ON ruhu_flag(record);\n"
	    "CREATE TABLE ruhu_presence (	-- who has a record open: a courtesy, not a lock\n"
	    "	record TEXT NOT NULL,\n"
	    "	author TEXT NOT NULL,\n"
	    "	until_ms INTEGER NOT NULL,\n"
	    "	PRIMARY KEY (record, author)\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "CREATE TABLE ruhu_peer (	-- other sites, and what each has told\n"
	    "	site TEXT PRIMARY KEY,\n"
	    "	name TEXT NOT NULL DEFAULT '',\n"
	    "	sign_key BLOB, crypt_key BLOB,	-- pinned public keys\n"
	    "	heard_at TEXT			-- UTC\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "CREATE TABLE ruhu_account (	-- who may do what; empty: alone on one's own computer\n"
	    "	name TEXT PRIMARY KEY,\n"
	    "	full_name TEXT NOT NULL DEFAULT '',\n"
	    "	role TEXT NOT NULL,		-- grid, township, county, auditor\n"
	    "	scopes TEXT NOT NULL DEFAULT '',	-- prefixes, a space between\n"
	    "	pin TEXT,			-- Argon2id\n"
	    "	locked INTEGER NOT NULL DEFAULT 0\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "CREATE TABLE ruhu_event (	-- installs, exports, deletions: who, when, what\n"
	    "	no INTEGER PRIMARY KEY,\n"
	    "	at TEXT NOT NULL, by TEXT NOT NULL,\n"
	    "	what TEXT NOT NULL,\n"
	    "	detail TEXT NOT NULL DEFAULT ''\n"
	    ") STRICT;\n",

	    "CREATE VIRTUAL TABLE ruhu_search USING fts5(	-- rowid is ruhu_record.no\n"
	    "	words, tokenize = \"unicode61 remove_diacritics 0\", prefix = '1 2 3');\n"
	    "CREATE VIEW ruhu_log AS	-- the change log in words, for reading\n"
	    "	SELECT c.no, e.site, c.seq,\n"
	    "	    strftime('%Y-%m-%dT%H:%M:%fZ', (c.hlc >> 16) / 1000.0, 'unixepoch') AS at,\n"
	    "	    a.text AS author, f.id AS form, f.version, r.id AS record_id,\n"
	    "	    coalesce(w.id, '') AS row_id, n.text AS question, c.value, c.reason\n"
	    "	FROM ruhu_change c JOIN ruhu_epoch e ON e.no = c.epoch\n"
	    "	    JOIN ruhu_name a ON a.no = c.author JOIN ruhu_name n ON n.no = c.field\n"
	    "	    JOIN ruhu_form f ON f.no = c.form JOIN ruhu_record r ON r.no = c.record\n"
	    "	    LEFT JOIN ruhu_row w ON w.no = c.row;\n",
	    NULL,
	},	{	/* 1 to 2: what other sites send */
	    "CREATE TABLE ruhu_missing (	-- forerunners of changes here that have not come yet\n"
	    "	epoch TEXT NOT NULL,		-- ruhu_epoch.id\n"
	    "	seq INTEGER NOT NULL,\n"
	    "	chain TEXT NOT NULL,		-- first 8 hex digits\n"
	    "	change INTEGER NOT NULL,	-- ruhu_change.no that names it\n"
	    "	PRIMARY KEY (epoch, seq, chain, change)\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "CREATE TABLE ruhu_import (	-- files of other sites, merged or begun\n"
	    "	file TEXT PRIMARY KEY,		-- its id\n"
	    "	hash TEXT NOT NULL,		-- BLAKE2b-256 of its body, hex\n"
	    "	site TEXT NOT NULL,		-- who wrote it\n"
	    "	made_ms INTEGER NOT NULL,	-- UTC\n"
	    "	began_at TEXT NOT NULL,		-- here, UTC\n"
	    "	ended_at TEXT,			-- NULL: stopped half-way, goes on at change `done`\n"
	    "	done INTEGER NOT NULL DEFAULT 0,\n"
	    "	added INTEGER NOT NULL DEFAULT 0	-- changes that were new\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "ALTER TABLE ruhu_epoch ADD COLUMN acked_seq INTEGER NOT NULL DEFAULT 0;\n"
	    "ALTER TABLE ruhu_peer ADD COLUMN acked_epoch TEXT;\n"
	    "ALTER TABLE ruhu_peer ADD COLUMN acked_seq INTEGER;\n"
	    "ALTER TABLE ruhu_peer ADD COLUMN ahead_ms INTEGER;	-- its clock against ours\n",
	    NULL,
	},	{	/* 2 to 3: answers that were confirmed */
	    "CREATE TABLE ruhu_confirm (	-- what people said of an answer besides giving it\n"
	    "	no INTEGER PRIMARY KEY,\n"
	    "	record TEXT NOT NULL,		-- ruhu_record.id\n"
	    "	form TEXT NOT NULL,\n"
	    "	row TEXT NOT NULL,		-- ruhu_row.id, '' outside repeats\n"
	    "	field TEXT NOT NULL,\n"
	    "	kind TEXT NOT NULL,		-- warning, constraint, required: it stands though\n"
	    "					-- that rule does not hold; same: as last time\n"
	    "	value TEXT NOT NULL,		-- of which answer; another is asked about anew\n"
	    "	at TEXT NOT NULL, by TEXT NOT NULL,	-- UTC\n"
	    "	UNIQUE (record, row, field, kind, value)\n"
	    ") STRICT;\n",
	    NULL,
	},	{	/* 3 to 4: keyed a second time, batches, figures of those who key */
	    "CREATE TABLE ruhu_why (	"
	    "-- why a change was made, where it was not simply keyed; of this site\n"
	    "	tx INTEGER NOT NULL,		-- ruhu_change.tx it was told with\n"
	    "	change INTEGER NOT NULL,	-- ruhu_change.no; 0: all of tx\n"
	    "	why TEXT NOT NULL,		-- verify, default, last, fill\n"
	    "	PRIMARY KEY (tx, change, why)\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "CREATE TABLE ruhu_verify (	-- a record keyed a second time\n"
	    "	no INTEGER PRIMARY KEY,\n"
	    "	record TEXT NOT NULL,		-- ruhu_record.id\n"
	    "	form TEXT NOT NULL,\n"
	    "	by TEXT NOT NULL,		-- the second person\n"
	    "	independent INTEGER NOT NULL DEFAULT 0,	-- 1: differences were not told while keying\n"
	    "	started_at TEXT NOT NULL,	-- UTC\n"
	    "	ended_at TEXT,			-- NULL: half-way\n"
	    "	change INTEGER NOT NULL DEFAULT 0	-- the record's last_change once verified\n"
	    ") STRICT;\n"
	    "CREATE INDEX ruhu_verify_record ON ruhu_verify(record);\n"
	    "CREATE TABLE ruhu_verify_field (	-- how each answer of it compared\n"
	    "	verify INTEGER NOT NULL REFERENCES ruhu_verify(no) ON DELETE CASCADE,\n"
	    "	row TEXT NOT NULL,		-- ruhu_row.id, '' outside repeats\n"
	    "	field TEXT NOT NULL,		-- of a repeat: how many rows it has\n"
	    "	result TEXT NOT NULL CHECK"
	    " (result IN ('same', 'keyer', 'verifier', 'both', 'new', 'open')),\n"
	    "					-- keyer, verifier: who was wrong; new: asked only now;\n"
	    "					-- open: left to be settled\n"
	    "	keyer TEXT NOT NULL,		-- who had keyed it\n"
	    "	value TEXT NOT NULL DEFAULT '',	-- open: what was keyed the second time\n"
	    "	reason TEXT NOT NULL DEFAULT '',\n"
	    "	base INTEGER NOT NULL DEFAULT 0,	-- ruhu_change.no it was compared with\n"
	    "	settled_at TEXT, settled_by TEXT,\n"
	    "	PRIMARY KEY (verify, row, field)\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "CREATE INDEX ruhu_verify_open ON ruhu_verify_field(result) WHERE result = 'open';\n"
	    "CREATE TABLE ruhu_verify_plan (	-- which records of a form are verified: every n-th\n"
	    "	form TEXT PRIMARY KEY,\n"
	    "	every INTEGER NOT NULL CHECK (every >= 1),\n"
	    "	start INTEGER NOT NULL CHECK (start BETWEEN 1 AND every)	-- the first of them\n"
	    ") STRICT, WITHOUT ROWID;\n",

	    "CREATE TABLE ruhu_batch (	-- a stack of paper: how many forms, what a question adds up to\n"
	    "	no INTEGER PRIMARY KEY,\n"
	    "	form TEXT NOT NULL,\n"
	    "	name TEXT NOT NULL DEFAULT '',	-- what stands on its cover\n"
	    "	expected INTEGER NOT NULL,	-- forms\n"
	    "	question TEXT,			-- field that is added up; NULL: none\n"
	    "	total TEXT,			-- what it must come to\n"
	    "	opened_at TEXT NOT NULL, opened_by TEXT NOT NULL,	-- UTC\n"
	    "	closed_at TEXT, closed_by TEXT,\n"
	    "	note TEXT NOT NULL DEFAULT ''	-- why it was closed though it did not come out\n"
	    ") STRICT;\n"
	    "CREATE UNIQUE INDEX ruhu_batch_open ON ruhu_batch(form, opened_by)"
	    " WHERE closed_at IS NULL;\n"
	    "CREATE TABLE ruhu_batch_record (\n"
	    "	record TEXT PRIMARY KEY,	-- ruhu_record.id\n"
	    "	batch INTEGER NOT NULL REFERENCES ruhu_batch(no)\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "CREATE INDEX ruhu_batch_record_batch ON ruhu_batch_record(batch);\n"
	    "CREATE TABLE ruhu_session (	-- what one person keyed in one sitting, by day and form\n"
	    "	id TEXT NOT NULL,		-- of the sitting\n"
	    "	day TEXT NOT NULL,		-- local\n"
	    "	form TEXT NOT NULL,\n"
	    "	by TEXT NOT NULL,\n"
	    "	began_at TEXT NOT NULL, until_at TEXT NOT NULL,	-- UTC\n"
	    "	saved INTEGER NOT NULL DEFAULT 0,	-- records\n"
	    "	verified INTEGER NOT NULL DEFAULT 0,\n"
	    "	fields INTEGER NOT NULL DEFAULT 0,	-- answers left\n"
	    "	keys INTEGER NOT NULL DEFAULT 0,\n"
	    "	refused INTEGER NOT NULL DEFAULT 0,	-- answers that were not let through at first\n"
	    "	active_ms INTEGER NOT NULL DEFAULT 0,	-- between keys, pauses not counted\n"
	    "	paused_ms INTEGER NOT NULL DEFAULT 0,\n"
	    "	PRIMARY KEY (id, day, form)\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "CREATE INDEX ruhu_session_day ON ruhu_session(day, by);\n",
	    NULL,
	},	{	/* 4 to 5: what is to be done */
	    "CREATE TABLE ruhu_worklist (	-- files of worklists, as installed\n"
	    "	name TEXT PRIMARY KEY,		-- of the file, without folders\n"
	    "	text TEXT NOT NULL,		-- YAML\n"
	    "	installed_at TEXT NOT NULL,	-- UTC\n"
	    "	installed_by TEXT NOT NULL\n"
	    ") STRICT, WITHOUT ROWID;\n",
	    NULL,
	},	{	/* 5 to 6: a county among its townships */
	    "CREATE TABLE ruhu_ack (	-- which site has how much of our epochs\n"
	    "	site TEXT NOT NULL,\n"
	    "	epoch INTEGER NOT NULL REFERENCES ruhu_epoch(no),\n"
	    "	seq INTEGER NOT NULL,\n"
	    "	at TEXT NOT NULL,		-- told here, UTC\n"
	    "	PRIMARY KEY (site, epoch)\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "INSERT INTO ruhu_ack SELECT p.site, e.no, min(p.acked_seq, e.acked_seq),\n"
	    "	coalesce(p.heard_at, '') FROM ruhu_peer p JOIN ruhu_epoch e ON e.id = p.acked_epoch;\n"
	    "CREATE TABLE ruhu_stream (	-- what goes to a site of its own area only, or comes so\n"
	    "	id TEXT PRIMARY KEY,		-- 32 hex digits: of sender's epoch, receiver and area\n"
	    "	site TEXT NOT NULL,		-- the other one\n"
	    "	way TEXT NOT NULL CHECK (way IN ('in', 'out')),\n"
	    "	scope TEXT NOT NULL,		-- prefixes, a space between\n"
	    "	no INTEGER NOT NULL DEFAULT 0,	-- out: ruhu_change.no that is acknowledged; in: that came\n"
	    "	top INTEGER NOT NULL DEFAULT 0,	-- in: the newest that came, gaps or not\n"
	    "	chain BLOB NOT NULL,		-- of that change\n"
	    "	at TEXT NOT NULL DEFAULT ''	-- UTC\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "CREATE TABLE ruhu_covered (	-- changes that another site said are no head any more\n"
	    "	change INTEGER PRIMARY KEY REFERENCES ruhu_change(no),\n"
	    "	by INTEGER NOT NULL REFERENCES ruhu_change(no)	-- the head it named instead\n"
	    ") STRICT;\n"
	    "CREATE TABLE ruhu_parked (	-- conflicts that a person has put off\n"
	    "	record INTEGER NOT NULL, row INTEGER NOT NULL, field INTEGER NOT NULL,\n"
	    "	note TEXT NOT NULL,\n"
	    "	at TEXT NOT NULL, by TEXT NOT NULL,\n"
	    "	PRIMARY KEY (record, row, field)\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "CREATE TABLE ruhu_quarantine (	-- files that were refused, kept as they came\n"
	    "	no INTEGER PRIMARY KEY,\n"
	    "	hash TEXT NOT NULL UNIQUE,	-- BLAKE2b-256 of the file, hex\n"
	    "	name TEXT NOT NULL,		-- what it was called\n"
	    "	site TEXT NOT NULL,		-- whose, '' where no signature says\n"
	    "	reason TEXT NOT NULL,\n"
	    "	at TEXT NOT NULL, by TEXT NOT NULL,\n"
	    "	tries INTEGER NOT NULL DEFAULT 1,\n"
	    "	merged_at TEXT			-- when a later try did merge it\n"
	    ") STRICT;\n",

	    "ALTER TABLE ruhu_epoch ADD COLUMN parts INTEGER NOT NULL DEFAULT 0;	"
	    "-- 1: comes in parts, gaps are none\n"
	    "ALTER TABLE ruhu_peer ADD COLUMN scope TEXT;	"
	    "-- prefixes of its area, a space between; NULL: not said\n"
	    "ALTER TABLE ruhu_peer ADD COLUMN sent_at TEXT;	-- when a file for it was last made\n"
	    "ALTER TABLE ruhu_site ADD COLUMN county TEXT NOT NULL DEFAULT 'county';	"
	    "-- whose forms and erasures are taken\n"
	    "ALTER TABLE ruhu_site ADD COLUMN scope TEXT;	"
	    "-- our area, as the county says; NULL: not said\n"
	    "ALTER TABLE ruhu_record ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;	"
	    "-- 1: values and secret are gone\n",

	    "CREATE TABLE ruhu_erased (	-- hash of a value that was erased, so that the chain holds\n"
	    "	change INTEGER PRIMARY KEY REFERENCES ruhu_change(no),\n"
	    "	hash BLOB NOT NULL		-- as in the chain: BLAKE2b-256 under the record's secret\n"
	    ") STRICT;\n"
	    "DROP TRIGGER ruhu_change_kept_update;\n"
	    "CREATE TRIGGER ruhu_change_kept_update BEFORE UPDATE ON ruhu_change\n"
	    "	WHEN NOT (new.value IS NULL AND new.no = old.no AND new.epoch = old.epoch\n"
	    "	AND new.seq = old.seq AND new.hlc = old.hlc AND new.record = old.record\n"
	    "	AND new.row IS old.row AND new.field = old.field AND new.reason IS old.reason\n"
	    "	AND new.author = old.author AND new.form = old.form AND new.prev IS old.prev\n"
	    "	AND new.flags = old.flags AND new.tx = old.tx AND new.chain = old.chain\n"
	    "	AND EXISTS (SELECT 1 FROM ruhu_erased e WHERE e.change = old.no))\n"
	    "	BEGIN SELECT RAISE(ABORT, 'ruhu_change is a log: its rows are never changed'); END;\n",
	    NULL,
	},	{	/* 6 to 7: decisions are told to who had said otherwise */
	    "CREATE INDEX ruhu_change_joins ON ruhu_change(no) WHERE instr(prev, ' ') > 0;\n"
	    "CREATE TABLE ruhu_seen (	-- how far a person has read what is told to them\n"
	    "	author TEXT NOT NULL,\n"
	    "	what TEXT NOT NULL,		-- decided\n"
	    "	no INTEGER NOT NULL,		-- ruhu_change.no\n"
	    "	PRIMARY KEY (author, what)\n"
	    ") STRICT, WITHOUT ROWID;\n",
	    NULL,
	},	{	/* 7 to 8: lists of entities, which several forms make */
	    "CREATE TABLE ruhu_list_new (	-- lists that forms publish for others (settings.ruhu.publish,\n"
	    "					-- or the sheet `entities`: a row for each form of it)\n"
	    "	name TEXT NOT NULL,\n"
	    "	form TEXT NOT NULL,\n"
	    "	repeat TEXT NOT NULL,		-- field of the repeat whose rows it has, '' records\n"
	    "	key TEXT NOT NULL,		-- field; the newest of each key counts\n"
	    "	latest TEXT NOT NULL,		-- field that tells the newest, '' time of saving\n"
	    "	label TEXT NOT NULL,		-- field\n"
	    "	entity TEXT,			-- NULL: published; else a line each, a tab inside: a\n"
	    "					-- property and the field of its answers\n"
	    "	PRIMARY KEY (name, form)\n"
	    ") STRICT, WITHOUT ROWID;\n"
	    "INSERT INTO ruhu_list_new"
	    " SELECT name, form, repeat, key, latest, label, NULL FROM ruhu_list;\n"
	    "DROP TABLE ruhu_list;\n"
	    "ALTER TABLE ruhu_list_new RENAME TO ruhu_list;\n",
	    NULL,
	},	{	/* 8 to 9: what is held back, what a county had */
	    "CREATE TABLE ruhu_outside (	-- records that a site wrote in outside of its area\n"
	    "	no INTEGER PRIMARY KEY,\n"
	    "	record INTEGER NOT NULL REFERENCES ruhu_record(no),\n"
	    "	site TEXT NOT NULL,\n"
	    "	at TEXT NOT NULL,		-- when the first of it came, UTC\n"
	    "	decision TEXT CHECK (decision IN ('released', 'refused')),	-- NULL: waits\n"
	    "	decided_at TEXT, decided_by TEXT,\n"
	    "	released INTEGER NOT NULL DEFAULT 0,	-- ruhu_change.no by which others hear of it\n"
	    "	UNIQUE (record, site)\n"
	    ") STRICT;\n"
	    "CREATE TABLE ruhu_held (	-- changes of these that are no heads: nothing shows them\n"
	    "	change INTEGER PRIMARY KEY REFERENCES ruhu_change(no),\n"
	    "	outside INTEGER NOT NULL REFERENCES ruhu_outside(no)\n"
	    ") STRICT;\n"
	    "CREATE INDEX ruhu_held_outside ON ruhu_held(outside);\n",

	    "CREATE TABLE ruhu_told (	-- what a site had of each epoch when it last sent a part\n"
	    "	site TEXT NOT NULL,\n"
	    "	epoch TEXT NOT NULL,		-- ruhu_epoch.id\n"
	    "	seq INTEGER NOT NULL,\n"
	    "	chain BLOB NOT NULL,		-- of that change\n"
	    "	PRIMARY KEY (site, epoch)\n"
	    ") STRICT, WITHOUT ROWID;\n",
	    NULL,
	},
};

/* ---- looking ---------------------------------------------------------------- */

static uint32_t
big_endian(const unsigned char *p, int bytes)
{
	uint32_t n = 0;

	while (bytes-- > 0)
		n = n << 8 | *p++;
	return n;
}

/* Is there a WAL with something in it? Then the file's own length says nothing. */
static bool
has_wal(const char *path)
{
	struct buf wal = { 0 };
	struct stat st;
	bool has;

	buf_addf(&wal, "%s-wal", path);
	has = stat(wal.data, &st) == 0 && st.st_size > 0;
	buf_free(&wal);
	return has;
}

static bool
look_inside(const char *path, const struct db_peek *peek, int *version, struct err *err)
{
	const unsigned char *h = peek->head;
	int64_t page = (int64_t)big_endian(h + 16, 2), pages = (int64_t)big_endian(h + 28, 4);

	if (peek->size < DB_HEAD || memcmp(h, "SQLite format 3", 16) != 0)
		return err_set(err, _("%s is not a Ruhu database; name the right file, or restore a "
		    "backup of it"), path);
	if (big_endian(h + 68, 4) != SCHEMA_APPLICATION)
		return err_set(err, _("%s is a database of another program, not of Ruhu; name the "
		    "right file"), path);
	if (page == 1)
		page = 65536;
	if (big_endian(h + 24, 4) == big_endian(h + 92, 4) && page * pages > peek->size &&
	    !has_wal(path))
		return err_set(err, _("%s is cut short: it has %lld bytes of %lld; copy it again, "
		    "or restore a backup that is whole"), path, (long long)peek->size, (long long)(page * pages));
	*version = (int)big_endian(h + 60, 4);
	return true;
}

static bool
refuse_newer(const char *path, int version, struct err *err)
{
	return err_set(err, _("%s was written by a newer Ruhu (format %d, this program knows %d); "
	    "use the newer program"), path, version, SCHEMA_VERSION);
}

bool
schema_look(const char *path, enum schema_state *state, int *version, struct err *err)
{
	struct db_peek peek;
	struct stat st;

	if (stat(path, &st) != 0) {
		if (errno != ENOENT)
			return err_set(err, _("%s cannot be opened: %s"), path, strerror(errno));
		*state = SCHEMA_MISSING;
		return true;
	}
	if (!S_ISREG(st.st_mode))
		return err_set(err, _("%s is a folder, pipe or device, not a file; name the database's, "
		    "or the backup's, own file"), path);
	if (st.st_size == 0)
		return err_set(err, _("%s is empty (0 bytes), so it is not a database; restore a "
		    "backup, or remove the file to begin a new one"), path);
	if (!db_peek(path, &peek, err) || !look_inside(path, &peek, version, err))
		return false;
	if (*version > SCHEMA_VERSION)
		return refuse_newer(path, *version, err);
	*state = *version < SCHEMA_VERSION ? SCHEMA_OLDER : SCHEMA_READY;
	return true;
}

bool
schema_version(struct db *db, int *version, struct err *err)
{
	int64_t v = 0;

	if (!db_int(db, err, &v, NULL, "PRAGMA user_version", WITHOUT))
		return false;
	*version = (int)v;
	return true;
}

/* ---- making and upgrading ----------------------------------------------------- */

static bool
take_step(struct db *db, int from, struct err *err)
{
	struct buf sql = { 0 };
	bool ok = true;

	for (int i = 0; ok && steps[from][i] != NULL; i++)
		ok = db_script(db, err, steps[from][i]);
	buf_addf(&sql, "PRAGMA user_version=%d", from + 1);
	ok = ok && db_script(db, err, sql.data);
	buf_free(&sql);
	return ok;
}

static bool
take_steps(struct db *db, int from, struct err *err)
{
	for (int v = from; v < SCHEMA_VERSION; v++)
		if (!take_step(db, v, err))
			return false;
	return true;
}

bool
schema_upgrade(struct db *db, struct err *err)
{
	struct err ignored;
	int version;

	if (!db_script(db, err, "BEGIN IMMEDIATE"))
		return false;
	/* Another process may have been through the turnstile before. */
	if (schema_version(db, &version, err) && take_steps(db, version, err) &&
	    db_script(db, err, "COMMIT"))
		return true;
	db_script(db, &ignored, "ROLLBACK");
	return false;
}

bool
schema_new_epoch(struct db *db, int64_t now_ms, const char *why, struct err *err)
{
	static const unsigned char zeros[HASH_BYTES];
	unsigned char raw[16];
	char id[33];

	random_bytes(raw, sizeof raw);
	hex_format(raw, sizeof raw, id);
	return db_run(db, err,
	    "INSERT INTO ruhu_epoch(id, site, made_ms, parent, why, chain)"
	    " SELECT ?1, s.id, ?2, e.id, ?3, ?4 FROM ruhu_site s"
	    " LEFT JOIN ruhu_epoch e ON e.no = coalesce(s.epoch, (SELECT max(no) FROM ruhu_epoch"
	    "  WHERE site = s.id))",
	    WITH(b_text(id), b_int(now_ms), b_text(why), b_blob(zeros, sizeof zeros))) &&
	    db_run(db, err, "UPDATE ruhu_site SET epoch = ?, acked_seq = 0, acked_chain = ?",
	    WITH(b_int(db_last_no(db)), b_blob(zeros, sizeof zeros)));
}

static bool
fill_new(struct db *db, int64_t now_ms, struct err *err)
{
	static const unsigned char zeros[HASH_BYTES];
	unsigned char raw[16];
	char stream[33];
	struct buf sql = { 0 };
	bool ok;

	random_bytes(raw, sizeof raw);
	hex_format(raw, sizeof raw, stream);
	buf_addf(&sql, "PRAGMA application_id=%d; BEGIN", SCHEMA_APPLICATION);
	ok = db_script(db, err, sql.data) && take_steps(db, 0, err) &&
	    db_run(db, err, "INSERT INTO ruhu_site(one, stream, acked_chain) VALUES(1, ?, ?)",
	    WITH(b_text(stream), b_blob(zeros, sizeof zeros))) &&
	    schema_new_epoch(db, now_ms, "new", err) &&
	    db_script(db, err, "COMMIT; PRAGMA journal_mode=WAL");
	buf_free(&sql);
	return ok;
}

/* Never over a file that is there: another process may have been faster. Where the
 * disk knows no second name (FAT), a rename must do. */
static bool
give_name(const char *part, const char *path, struct err *err)
{
	if (link(part, path) == 0 || errno == EEXIST)
		return true;
	if ((errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS) &&
	    (access(path, F_OK) == 0 || rename(part, path) == 0))
		return true;
	return err_set(err, _("%s cannot be made: %s"), path, strerror(errno));
}

bool
schema_create(const char *path, int64_t now_ms, struct err *err)
{
	struct buf part = { 0 };
	struct db *db = NULL;
	bool ok;

	buf_addf(&part, "%s.%ld.part", path, (long)getpid());
	unlink(part.data);
	ok = db_open(part.data, DB_PLAIN, &db, err);
	if (ok)
		chmod(part.data, 0600);		/* its -wal and -shm take the same */
	ok = ok && fill_new(db, now_ms, err);
	db_close(db);
	ok = ok && give_name(part.data, path, err);
	unlink(part.data);
	if (!ok)
		err_wrap(err, _("A new database at %s"), path);
	buf_free(&part);
	return ok;
}
