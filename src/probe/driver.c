// SPDX-License-Identifier: GPL-2.0-only
/* What is known of drivers from their documentation and sources; none of it was tried on a NIC. A
 * driver is a row. */
#include "driver.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *name;
	unsigned int needs;
} drivers[] = {
	{ "bnxt_en", DRIVER_NO_LRO | DRIVER_COMBINED },
	{ "ena", DRIVER_HALF_QUEUES },
	{ "gve", DRIVER_HALF_QUEUES },
	{ "hv_netvsc", DRIVER_NO_LRO },
	{ "i40e", DRIVER_TARGET_PROGRAM },
	{ "ice", DRIVER_TARGET_PROGRAM },
	{ "igb", DRIVER_TARGET_PROGRAM },
	{ "ixgbe", DRIVER_TARGET_PROGRAM },
	{ "mlx5_core", DRIVER_NO_LRO },
	{ "virtio_net", DRIVER_TARGET_PROGRAM | DRIVER_SPARE_TX | DRIVER_HOST_MERGES },
};

unsigned int driver_needs(const char *driver)
{
	size_t i;

	for (i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		if (strcmp(drivers[i].name, driver) == 0)
			return drivers[i].needs;
	}
	return 0;
}
