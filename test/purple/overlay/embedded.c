// SPDX-License-Identifier: GPL-2.0-or-later

//go:build purpletest

/* The program that the tests run the plugin in, as a part of the plugin. */
#define HOST_HAS_PLUGIN
#include "test/purple/host/host.c"
#include "test/purple/host/network.c"
#include "test/purple/host/screen.c"
