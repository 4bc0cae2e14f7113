// SPDX-License-Identifier: GPL-2.0-or-later

#include <stdio.h>

#include "host.h"

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: %s DIR PLUGIN\n", argv[0]);
		return 2;
	}
	return host_main(0, 1, argv[1], argv[2]);
}
