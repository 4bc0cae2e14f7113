// SPDX-License-Identifier: GPL-2.0-or-later

/* icon LEVEL SIZE COLOUR: writes the pixels of an icon, row by row, red, green, blue
 * and opacity of each. */
#include <stdio.h>
#include <stdlib.h>

#include "../icon.h"

int main(int argc, char **argv)
{
	GdkPixbuf *icon;
	int y, size;

	if (argc != 4)
		return 2;
	size = atoi(argv[2]);
	icon = potr_icon(atoi(argv[1]), size, (guint)strtoul(argv[3], NULL, 16));
	if (icon == NULL)
		return 1;
	for (y = 0; y < size; y++)
		fwrite(gdk_pixbuf_get_pixels(icon) + y * gdk_pixbuf_get_rowstride(icon), 4, (size_t)size, stdout);
	g_object_unref(icon);
	return ferror(stdout);
}
