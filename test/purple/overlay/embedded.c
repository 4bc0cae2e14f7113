// SPDX-License-Identifier: GPL-2.0-or-later

//go:build purpletest

/* The host program that the tests run the plugin in, compiled into the plugin. */
#define HOST_HAS_PLUGIN
#include "test/purple/host/host.c"
#include "test/purple/host/network.c"
#include "test/purple/host/screen.c"
