/* oracle [-v] [-j JOBS] [-t SECONDS] SEEDS [FIRST]: for each seed a world of sites
 * (oracle/oracle.h) that key, send, lose, repeat, cut and take files, are killed, lose
 * power, have full and failing disks, go back to backups, change and lose keys. In the
 * end, when everybody has everything: the same state, tables, labels and conflicts everywhere, nothing
 * missing from any log, nothing erased left, and no conflict once all were settled.
 * -t: no further seed after so long. A seed that fails is told with how to play it
 * again; -v tells its steps. Run where the repository begins. */
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "oracle/oracle.h"

struct sums { int64_t seeds, values, conflicts, shown, changes, held, rotated, revoked, refused, fixed, failed; };

struct playing {
	bool loud;
	int jobs;
	int64_t seeds, first, seconds;
	time_t began;
	char folder[64], keys[96];
	struct buf form[2];
	struct sums *sums;		/* of all jobs */
};

static void
read_text(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "r");
	char piece[4096];
	size_t n;

	if (f == NULL) {
		perror(path);
		exit(2);
	}
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(out, piece, n);
	fclose(f);
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static void
remove_tree(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* In a process of its own: what ends it is told, and leaves nothing behind. */
static int
play_seed(const struct playing *p, uint64_t seed, const char *folder, struct shared *sh)
{
	struct world w = { .seed = seed, .loud = p->loud, .folder = folder, .keys = p->keys,
		.form = { buf_str(&p->form[0]), buf_str(&p->form[1]) }, .sh = sh };
	int status = 1;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		world_play(&w);
		fflush(NULL);
		_exit(0);
	}
	if (pid > 0)
		waitpid(pid, &status, 0);
	return status;
}

static void
judge_seed(const struct playing *p, uint64_t seed, struct shared *sh, struct sums *sums)
{
	char folder[PATH];
	int status;

	snprintf(folder, sizeof folder, "%s/%llu", p->folder, (unsigned long long)seed);
	mkdir(folder, 0700);
	memset(sh, 0, sizeof *sh);
	status = play_seed(p, seed, folder, sh);
	if (status != 0)
		printf("seed %llu: %s%s\n  again: build/tools/oracle -v 1 %llu\n",
		    (unsigned long long)seed, WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "",
		    sh->why, (unsigned long long)seed);
	if (status != 0 && p->loud)
		printf("  its databases: %s\n", folder);
	else
		remove_tree(folder);
	fflush(stdout);
	sums->seeds++;
	sums->failed += status != 0;
	sums->values += (int64_t)sh->acks_n;
	sums->conflicts += sh->conflicts;
	sums->shown += sh->shown;
	sums->changes += sh->changes;
	sums->held += sh->held;
	sums->rotated += sh->rotated;
	sums->revoked += sh->revoked;
	sums->refused += sh->refused;
	sums->fixed += sh->fixed;
}

static void
play_job(const struct playing *p, int job)
{
	struct shared *sh = mmap(NULL, sizeof *sh, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
	    -1, 0);
	struct sums *sums = &p->sums[job];

	for (int64_t i = job; i < p->seeds && sums->failed < 5; i += p->jobs) {
		if (p->seconds > 0 && time(NULL) - p->began >= p->seconds)
			break;
		judge_seed(p, (uint64_t)(p->first + i), sh, sums);
	}
	munmap(sh, sizeof *sh);
}

static void
prepare(struct playing *p)
{
	char template[128];
	struct err err;

	snprintf(p->folder, sizeof p->folder, "%s/ruhu-oracle-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(p->folder) == NULL) {
		perror(p->folder);
		exit(2);
	}
	snprintf(p->keys, sizeof p->keys, "%s/keys", p->folder);
	mkdir(p->keys, 0700);
	setenv("RUHU_STATE", p->keys, 1);
	snprintf(template, sizeof template, "%s/template.db", p->keys);
	if (!keys_make(p->keys, &err) || !template_make(template, buf_str(&p->form[0]), &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(2);
	}
}

static int
told(const struct playing *p)
{
	struct sums s = { 0 };

	for (int i = 0; i < p->jobs; i++) {
		s.seeds += p->sums[i].seeds;
		s.values += p->sums[i].values;
		s.conflicts += p->sums[i].conflicts;
		s.shown += p->sums[i].shown;
		s.changes += p->sums[i].changes;
		s.held += p->sums[i].held;
		s.rotated += p->sums[i].rotated;
		s.revoked += p->sums[i].revoked;
		s.refused += p->sums[i].refused;
		s.fixed += p->sums[i].fixed;
		s.failed += p->sums[i].failed;
	}
	printf("%lld seeds in %lld s, %lld values, %lld changes, %lld conflicts, %lld shown by policy, "
	    "%lld held back, %lld keys changed, %lld revoked, %lld files refused for that, "
	    "%lld records with a clock put right: %lld failed\n", (long long)s.seeds, (long long)(time(NULL) - p->began), (long long)s.values,
	    (long long)s.changes, (long long)s.conflicts, (long long)s.shown, (long long)s.held, (long long)s.rotated, (long long)s.revoked, (long long)s.refused,
	    (long long)s.fixed, (long long)s.failed);
	if (s.seeds > 20 && (s.values == 0 || s.conflicts == 0 || s.shown == 0)) {
		printf("there was nothing to prove\n");
		return 1;
	}
	return s.failed > 0;
}

int
main(int argc, char **argv)
{
	struct playing p = { .jobs = 1, .first = 1 };
	int c, code;

	while ((c = getopt(argc, argv, "vj:t:")) != -1) {
		p.loud |= c == 'v';
		if (c == 'j')
			p.jobs = atoi(optarg);
		else if (c == 't')
			p.seconds = atoll(optarg);
		else if (c != 'v')
			return 2;
	}
	if (optind == argc || p.jobs < 1)
		return 2;
	p.seeds = atoll(argv[optind]);
	if (optind + 1 < argc)
		p.first = atoll(argv[optind + 1]);
	p.began = time(NULL);
	read_text("tests/sync/oracle-1.yaml", &p.form[0]);
	read_text("tests/sync/oracle-2.yaml", &p.form[1]);
	p.sums = mmap(NULL, sizeof *p.sums * (size_t)p.jobs, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	prepare(&p);
	for (int i = 1; i < p.jobs; i++)
		if (fork() == 0) {
			play_job(&p, i);
			_exit(0);
		}
	play_job(&p, 0);
	while (wait(NULL) > 0)
		;
	code = told(&p);
	if (!p.loud || code == 0)
		remove_tree(p.folder);
	buf_free(&p.form[0]);
	buf_free(&p.form[1]);
	return code;
}
