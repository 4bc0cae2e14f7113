// SPDX-License-Identifier: GPL-2.0-or-later

/* The button "Configure Plugin" in Pidgin's list of plugins. widgets.h documents the
 * function. */
#include <gtk/gtk.h>
#include <gtkplugin.h>

#include "widgets.h"

static void (*open_settings)(void);

/* Pidgin would put the returned widget into a dialog; for NULL it opens none. Our
 * settings are a dialog already. */
static GtkWidget *on_configure(PurplePlugin *plugin)
{
	(void)plugin;
	open_settings();
	return NULL;
}

void potr_configure(PurplePluginInfo *info, void (*open)(void))
{
	static PidginPluginUiInfo pidgin = { .get_config_frame = on_configure };

	if (!potr_in_pidgin())
		return;
	open_settings = open;
	info->ui_requirement = PIDGIN_PLUGIN_TYPE;
	info->ui_info = &pidgin;
}
