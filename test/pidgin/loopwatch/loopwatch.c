// SPDX-License-Identifier: GPL-2.0-or-later
//
// loopwatch: a plugin, for tests only, that records when Pidgin's main loop was
// blocked: from the moment it had events to handle until it polls again. No window
// reacts during that time.
//
// For each time of at least a millisecond, it appends a line to loopwatch.log in the
// profile:
//
//	END WALL CPU
//
// in microseconds: when it ended (since 1970), how long it took, and how much
// processor time the main thread used of that.

#define PURPLE_PLUGINS
#include <glib.h>
#include <libpurple/plugin.h>
#include <libpurple/util.h>
#include <libpurple/version.h>
#include <stdio.h>
#include <time.h>

static FILE *report;
static GPollFunc real_poll;
static gint64 wall_since, cpu_since;

static gint64 now(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec * G_GINT64_CONSTANT(1000000) + t.tv_nsec / 1000;
}

static gint watched_poll(GPollFD *fds, guint n, gint timeout)
{
	gint64 wall = now(CLOCK_MONOTONIC) - wall_since;
	if (wall >= 1000)
		fprintf(report, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", now(CLOCK_REALTIME), wall,
		        now(CLOCK_THREAD_CPUTIME_ID) - cpu_since);
	gint ready = real_poll(fds, n, timeout);
	wall_since = now(CLOCK_MONOTONIC);
	cpu_since = now(CLOCK_THREAD_CPUTIME_ID);
	return ready;
}

static gboolean load(PurplePlugin *plugin)
{
	(void)plugin;
	char *path = g_build_filename(purple_user_dir(), "loopwatch.log", NULL);
	report = fopen(path, "a");
	g_free(path);
	if (!report)
		return FALSE;
	setvbuf(report, NULL, _IOLBF, 0);
	wall_since = now(CLOCK_MONOTONIC);
	cpu_since = now(CLOCK_THREAD_CPUTIME_ID);
	real_poll = g_main_context_get_poll_func(NULL);
	g_main_context_set_poll_func(NULL, watched_poll);
	return TRUE;
}

static gboolean unload(PurplePlugin *plugin)
{
	(void)plugin;
	g_main_context_set_poll_func(NULL, real_poll);
	fclose(report);
	return TRUE;
}

static PurplePluginInfo info = {
	.magic = PURPLE_PLUGIN_MAGIC,
	.major_version = PURPLE_MAJOR_VERSION,
	.minor_version = PURPLE_MINOR_VERSION,
	.type = PURPLE_PLUGIN_STANDARD,
	.priority = PURPLE_PRIORITY_DEFAULT,
	.id = "core-loopwatch",
	.name = "loopwatch",
	.load = load,
	.unload = unload,
};

static void init(PurplePlugin *plugin) { (void)plugin; }

PURPLE_INIT_PLUGIN(loopwatch, init, info)
