// SPDX-License-Identifier: GPL-2.0-or-later

/* The padlocks. They are designed in a square of 16 units and are sharp at any size. */
#include <cairo.h>
#include <math.h>

#include "icon.h"
#include "weak.h"

static void body(cairo_t *cr)
{
	cairo_rectangle(cr, 2.5, 7, 11, 8.5);
}

/* Closed: both ends are in the body. Open: lifted and moved to the side, with one end
 * free. */
static void shackle(cairo_t *cr, gboolean open)
{
	double x = open ? 11 : 8, bottom = open ? 6.5 : 7.5;

	cairo_new_sub_path(cr);
	cairo_move_to(cr, x - 3, 7.5);
	cairo_line_to(cr, x - 3, 4.5);
	cairo_arc(cr, x, 4.5, 3, G_PI, 2 * G_PI);
	cairo_line_to(cr, x + 3, bottom);
	cairo_set_line_width(cr, 1.8);
	cairo_stroke(cr);
}

static void question_mark(cairo_t *cr)
{
	cairo_arc(cr, 8, 9.8, 1.7, G_PI, 2.35 * G_PI);
	cairo_line_to(cr, 8, 12.4);
	cairo_set_line_width(cr, 1.3);
	cairo_stroke(cr);
	cairo_rectangle(cr, 7.3, 13.2, 1.4, 1.4);
	cairo_fill(cr);
}

static void tick(cairo_t *cr)
{
	cairo_move_to(cr, 4.8, 11.2);
	cairo_line_to(cr, 7.2, 13.4);
	cairo_line_to(cr, 11.4, 9);
	cairo_set_line_width(cr, 1.7);
	cairo_stroke(cr);
}

static void strike(cairo_t *cr)
{
	cairo_move_to(cr, 1, 15);
	cairo_line_to(cr, 15, 1);
	cairo_stroke(cr);
}

static void draw(cairo_t *cr, int level)
{
	switch (level) {
	case POTR_UNVERIFIED:
	case POTR_PRIVATE:
		shackle(cr, FALSE);
		body(cr);
		cairo_fill(cr);
		cairo_set_operator(cr, CAIRO_OPERATOR_DEST_OUT); /* cut out */
		if (level == POTR_PRIVATE)
			tick(cr);
		else
			question_mark(cr);
		break;
	case POTR_FINISHED:
		shackle(cr, FALSE);
		body(cr);
		cairo_fill(cr);
		cairo_set_operator(cr, CAIRO_OPERATOR_DEST_OUT);
		cairo_set_line_width(cr, 4.4);
		strike(cr);
		cairo_set_operator(cr, CAIRO_OPERATOR_OVER);
		cairo_set_line_width(cr, 1.8);
		strike(cr);
		break;
	default:
		shackle(cr, TRUE);
		cairo_rectangle(cr, 2.2, 7.9, 9.6, 6.8);
		cairo_set_line_width(cr, 1.5);
		cairo_stroke(cr);
	}
}

/* Cairo multiplies colours by opacity, GdkPixbuf does not. The whole drawing has one
 * colour, so we copy only the opacity. */
static GdkPixbuf *to_pixbuf(cairo_surface_t *surface, int size, guint colour)
{
	GdkPixbuf *pixbuf = gdk_pixbuf_new(GDK_COLORSPACE_RGB, TRUE, 8, size, size);
	const guchar *from = cairo_image_surface_get_data(surface);
	int from_stride = cairo_image_surface_get_stride(surface);
	int x, y, to_stride;
	guchar *to;

	if (pixbuf == NULL || from == NULL)
		return pixbuf;
	to = gdk_pixbuf_get_pixels(pixbuf);
	to_stride = gdk_pixbuf_get_rowstride(pixbuf);
	for (y = 0; y < size; y++) {
		for (x = 0; x < size; x++) {
			guchar *pixel = to + y * to_stride + 4 * x;

			pixel[0] = (guchar)(colour >> 16);
			pixel[1] = (guchar)(colour >> 8);
			pixel[2] = (guchar)colour;
			pixel[3] = from[y * from_stride + x];
		}
	}
	return pixbuf;
}

GdkPixbuf *potr_icon(int level, int size, guint colour)
{
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_A8, size, size);
	cairo_t *cr = cairo_create(surface);
	GdkPixbuf *pixbuf;

	cairo_scale(cr, size / 16.0, size / 16.0);
	cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
	draw(cr, level);
	cairo_destroy(cr);
	cairo_surface_flush(surface);
	pixbuf = to_pixbuf(surface, size, colour);
	cairo_surface_destroy(surface);
	return pixbuf;
}
