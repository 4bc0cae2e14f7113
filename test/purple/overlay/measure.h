// SPDX-License-Identifier: GPL-2.0-or-later

#ifndef MEASURE_H
#define MEASURE_H

/* What is wrong with the windows that were measured, a line for each fault; the caller frees
 * it. */
typedef struct {
	int windows;
	int right_to_left; /* GTK mirrors windows */
	char *faults;
} Measured;

/* The windows that are open now are not measured. */
void measure_begin(void);

/* Measures all others. */
Measured measure_windows(void);

/* Measures the menus of the conversation windows, and the button in them. */
Measured measure_menus(void);

/* Closes what libpurple has opened. */
void measure_close(void);

#endif
