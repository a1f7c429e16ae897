// SPDX-License-Identifier: GPL-2.0-only
#include "admission.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define AROUND "a redirect would go around"

static void __attribute__((format(printf, 2, 3))) kernel_forwards(struct plan_hook *h,
								  const char *format, ...)
{
	va_list args;

	if (h->kernel_forwards[0])
		return; /* one reason is enough */
	va_start(args, format);
	vsnprintf(h->kernel_forwards, sizeof(h->kernel_forwards), format, args);
	va_end(args);
}

/* What holds for one interface, whatever the policy says. */
static void decide_port(struct plan_hook *h)
{
	const struct link *l = &h->link;

	if (link_is_port(l))
		kernel_forwards(h, "the %s that this is a port of decides where its frames go",
				l->master_kind);
	if (h->hook == XG_HOOK_XDP && l->rx_vlan && strcmp(l->kind, "veth") != 0)
		kernel_forwards(h,
				"rx-vlan-offload hides VLAN tags from XDP; `ethtool -K %s rxvlan "
				"off`, then apply again",
				l->name);
	if (h->hook == XG_HOOK_XDP && l->lro)
		kernel_forwards(h, "LRO merges frames; `ethtool -K %s lro off`, then apply again",
				l->name);
}

/* What `forward: fast` must be told to go around. */
static int check_fast(const struct policy *p, const struct bypass *b, struct err *e)
{
	const char *what = NULL, *word = NULL;

	if (b->nat[0] && !(p->fast_over & FAST_OVER_NAT)) {
		word = "nat";
		what = b->nat;
	} else if (b->xfrm[0] && !(p->fast_over & FAST_OVER_XFRM)) {
		word = "xfrm";
		what = b->xfrm;
	}
	if (!word)
		return 0;
	return err_at(e, EINVAL, p->name, p->forward_line, p->forward_column,
		      "forward: fast would go around %s; say forward: auto, or fast_over: [%s] if "
		      "that is meant",
		      what, word);
}

/* What holds for the whole network namespace; NULL: nothing. */
static const char *namespace_reason(const struct bypass *b)
{
	if (b->nat[0])
		return b->nat;
	if (b->netfilter[0])
		return b->netfilter;
	return b->xfrm[0] ? b->xfrm : NULL;
}

/* XDP sends past what stands on the uplink's way out; tcx does not. */
static int decide_target(const struct policy *p, struct plan_hook *h, struct err *e)
{
	char what[BYPASS_TEXT];
	int r;

	h->no_xdp_target[0] = 0;
	if (p->forward == FORWARD_FAST)
		return 0;
	r = bypass_read_egress(h->link.ifindex, what, e);
	if (!r && what[0])
		snprintf(h->no_xdp_target, sizeof(h->no_xdp_target),
			 "XDP does not send here, it would go around the %s", what);
	return r;
}

int admission_decide(const struct policy *p, struct plan *plan, struct err *e)
{
	const char *reason;
	struct bypass b;
	size_t i;
	int r;

	r = bypass_read(&b, e);
	if (!r && p->forward == FORWARD_FAST)
		r = check_fast(p, &b, e);
	reason = r || p->forward == FORWARD_FAST ? NULL : namespace_reason(&b);
	for (i = 0; i < plan->n && !r; i++) {
		struct plan_hook *h = &plan->v[i];

		if (h->egress) {
			r = decide_target(p, h, e);
			continue;
		}
		h->kernel_forwards[0] = 0;
		decide_port(h);
		if (p->forward == FORWARD_KERNEL)
			kernel_forwards(h, "the policy says forward: kernel");
		else if (reason)
			kernel_forwards(h, AROUND " the %s", reason);
	}
	return r;
}

/* What of NAT and IPsec is there and not named in `fast_over`; NULL: nothing. */
static const char *fast_goes_around(__u32 forward, const struct bypass *now)
{
	if (now->nat[0] && !(forward & XG_FAST_OVER_NAT))
		return now->nat;
	if (now->xfrm[0] && !(forward & XG_FAST_OVER_XFRM))
		return now->xfrm;
	return NULL;
}

__u32 admission_flags(const struct policy *p)
{
	__u32 flags = 0;

	if (p->forward == FORWARD_AUTO)
		flags |= XG_FORWARD_AUTO;
	if (p->forward == FORWARD_FAST)
		flags |= XG_FORWARD_FAST;
	if (p->fast_over & FAST_OVER_NAT)
		flags |= XG_FAST_OVER_NAT;
	if (p->fast_over & FAST_OVER_XFRM)
		flags |= XG_FAST_OVER_XFRM;
	return flags;
}

const char *admission_changed(const struct xg_row *row, const struct bypass *now)
{
	const char *reason = namespace_reason(now);

	if (hook_is_egress(row->hook))
		return NULL;
	if (row->forward & XG_FORWARD_FAST)
		return fast_goes_around(row->forward, now);
	if (!(row->forward & XG_FORWARD_AUTO))
		return NULL;
	if (reason && !row->forward_note[0])
		return reason;
	if (!reason && strstr(row->forward_note, AROUND))
		return "nothing any more that a redirect would go around";
	return NULL;
}

bool admission_write(const struct plan_hook *h, struct xg_row *row)
{
	const char *now = h->egress ? h->no_xdp_target : h->kernel_forwards;

	if (strcmp(row->forward_note, now) == 0)
		return false;
	snprintf(row->forward_note, sizeof(row->forward_note), "%s", now);
	return true;
}
