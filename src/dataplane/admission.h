/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where is the fast path right? It goes around netfilter, NAT and IPsec, and with XDP around the
 * uplink's qdisc and TC programs too. `forward` of the policy says what to do about that: auto
 * leaves such packets to the kernel, after they were judged.
 */
#ifndef XG_DATAPLANE_ADMISSION_H
#define XG_DATAPLANE_ADMISSION_H

#include "../net/bypass.h"
#include "instance.h"
#include "plan.h"

/*
 * Writes into the plan's hooks what the kernel has to forward and where XDP may not send, with
 * the reasons. Asks the kernel, changes nothing. Returns 0; -EINVAL with the place in the policy
 * where `forward: fast` goes around something that has to be named in `fast_over`; or another
 * negative errno.
 */
int admission_decide(const struct policy *p, struct plan *plan, struct err *e);

/*
 * What was changed since the decision in `row`, by somebody else and while no `run` followed it;
 * NULL: nothing that counts. `now` is what bypass_read() says.
 */
const char *admission_changed(const struct xg_row *row, const struct bypass *now);

/* What `row` keeps of the policy: enum xg_row_forward. */
__u32 admission_flags(const struct policy *p);

/* Notes the decision in the hook's row, for `status`. True: it was another one before. */
bool admission_write(const struct plan_hook *h, struct xg_row *row);

#endif
