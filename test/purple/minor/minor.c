// SPDX-License-Identifier: GPL-2.0-or-later

/* minor PLUGIN: print the version of libpurple that a plugin says it needs. */
#include <dlfcn.h>
#include <stdio.h>

#include <plugin.h>

int main(int argc, char **argv)
{
	void *file = argc == 2 ? dlopen(argv[1], RTLD_NOW) : NULL;
	gboolean (*init)(PurplePlugin *) = NULL;
	PurplePlugin *plugin;

	if (file != NULL)
		*(void **)&init = dlsym(file, "purple_init_plugin");
	if (init == NULL) {
		fprintf(stderr, "minor: %s\n", dlerror());
		return 1;
	}
	plugin = purple_plugin_new(TRUE, argv[1]);
	if (!init(plugin) || plugin->info == NULL)
		return 1;
	printf("%u.%u\n", plugin->info->major_version, plugin->info->minor_version);
	return 0;
}
