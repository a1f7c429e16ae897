/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of drivers that the kernel does not tell. */
#ifndef XG_PROBE_DRIVER_H
#define XG_PROBE_DRIVER_H

enum driver_needs {
	DRIVER_TARGET_PROGRAM = 1, /* takes redirected frames only while a program is attached */
	DRIVER_HALF_QUEUES = 2,    /* XDP wants as many queues again as are in use */
	DRIVER_SPARE_TX = 4,  /* XDP shares TX queues under a lock unless each CPU has one more */
	DRIVER_NO_LRO = 8,    /* no XDP while LRO or hardware GRO is on */
	DRIVER_COMBINED = 16, /* no XDP while RX and TX queues are apart */
	DRIVER_HOST_MERGES = 32, /* no XDP where the host merges frames and cannot be told not to */
};

/* The needs of a driver by ethtool's name of it; 0 where none is known. */
unsigned int driver_needs(const char *driver);

#endif
