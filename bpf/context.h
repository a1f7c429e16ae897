/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Taking the context of a hook apart. Where the kernel has bpf_cast_to_kern_ctx (6.2), a program
 * may look at the kernel's own struct behind it.
 */
#ifndef XG_BPF_CONTEXT_H
#define XG_BPF_CONTEXT_H

#include "bpf/stages/config.h"
#include "bpf/stages/netns.h"
#include "bpf/stages/parse.h"
#include "bpf/stages/plain.h"

#define L3_MASK     0x1e /* 14, 18 or 22 */
#define XDP_BUFFERS 1    /* XDP_FLAGS_HAS_FRAGS of net/xdp.h */

struct bpf_prog;

struct bpf_link {
	struct bpf_prog *prog;
} CO_RE;

struct bpf_xdp_link {
	struct bpf_link link;
} CO_RE;

struct bpf_xdp_entity {
	struct bpf_prog *prog;
	struct bpf_xdp_link *link;
} CO_RE;

enum bpf_xdp_mode {
	XDP_MODE_SKB,
	XDP_MODE_DRV,
	XDP_MODE_HW,
	XDP_MODES,
};

struct net_device {
	int ifindex;
	struct {
		struct net *net;
	} nd_net;
	struct bpf_xdp_entity xdp_state[XDP_MODES];
} CO_RE;

struct xdp_rxq_info {
	struct net_device *dev;
} CO_RE;

struct xdp_buff {
	struct xdp_rxq_info *rxq;
	__u32 flags;
} CO_RE;

struct sk_buff {
	struct net_device *dev;
	__be16 vlan_proto;
} CO_RE;

/* What veth's driver hands to the program: the packet that the frame was made from comes behind. */
struct veth_xdp_buff {
	struct xdp_buff xdp;
} CO_RE;

struct hlist_head {
	void *first;
} CO_RE;

extern void *bpf_cast_to_kern_ctx(void *) __ksym __weak;
extern void *bpf_rdonly_cast(const void *, __u32)
__ksym __weak;

static __always_inline const struct net *xdp_netns(struct xdp_md *ctx)
{
	if (!config.kernel_types)
		return NULL;
	return ((struct xdp_buff *)bpf_cast_to_kern_ctx(ctx))->rxq->dev->nd_net.net;
}

static __always_inline const struct net *tc_netns(struct __sk_buff *ctx)
{
	if (!config.kernel_types)
		return NULL;
	return ((struct sk_buff *)bpf_cast_to_kern_ctx(ctx))->dev->nd_net.net;
}

/* Does the frame lie in several buffers? Asking for its length is a call, a flag is not. */
static __always_inline bool xdp_has_buffers(struct xdp_md *ctx)
{
	if (config.kernel_types)
		return ((struct xdp_buff *)bpf_cast_to_kern_ctx(ctx))->flags & XDP_BUFFERS;
	return bpf_xdp_get_buff_len(ctx) != (__u64)ctx->data_end - ctx->data;
}

/*
 * Does the frame carry a VLAN tag that its sender's stack left to the device? It is beside the
 * frame then, in the packet that veth made the frame from (none, where XDP redirected it here);
 * native XDP on a veth sees an untagged frame. The packet's address lies behind struct xdp_buff
 * since 6.3; it is read through a type of the kernel's that begins with a pointer, because veth's
 * own may be a module's, which bpf_rdonly_cast does not know. Asked only of XG_PORT_VETH, which
 * the loader sets where the kfuncs are there.
 */
static __always_inline bool xdp_hides_tag(struct xdp_md *ctx)
{
	struct hlist_head *behind;
	struct sk_buff *skb;
	void *buff;

	if (!bpf_core_type_exists(struct veth_xdp_buff))
		return false;
	buff = bpf_cast_to_kern_ctx(ctx);
	behind = bpf_rdonly_cast(buff + bpf_core_type_size(struct xdp_buff),
				 bpf_core_type_id_kernel(struct hlist_head));
	if (!behind->first)
		return false;
	skb = bpf_rdonly_cast(behind->first, bpf_core_type_id_kernel(struct sk_buff));
	return skb->vlan_proto;
}

static __always_inline struct packet xdp_packet(struct xdp_md *ctx)
{
	struct packet p = {
		.ctx = ctx,
		.xdp = true,
		.data = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
	};

	p.length = ctx->data_end - ctx->data;
	p.buffers = xdp_has_buffers(ctx);
	if (p.buffers)
		p.length = bpf_xdp_get_buff_len(ctx);
	return p;
}

#define TC_HEADERS 192 /* bytes that the parser may want in the linear part */

/* Before tc_packet(): pointers into the packet do not survive it. */
static __always_inline void tc_pull(struct __sk_buff *ctx, __u32 headers)
{
	__u32 want = ctx->len < headers ? ctx->len : headers;

	if (ctx->data_end - ctx->data < want)
		bpf_skb_pull_data(ctx, want);
}

static __always_inline struct packet tc_packet(struct __sk_buff *ctx)
{
	struct packet p = {
		.ctx = ctx,
		.data = (void *)(long)ctx->data,
		.end = (void *)(long)ctx->data_end,
		.length = ctx->len,
		.tagged = ctx->vlan_present,
	};

	return p;
}

/* L3 bytes, padding included: the kernel trims it where it makes a frame too long. */
static __always_inline __u32 xdp_segment(const struct packet *p)
{
	return p->length - sizeof(struct ethhdr);
}

/*
 * A GSO packet is cut up behind us: what counts is the longest piece. Of a tunnel's packets the
 * inner headers, which each piece gets, are not known here: those are the kernel's.
 */
static __always_inline __u32 tc_segment(const struct __sk_buff *ctx, const struct packet *p)
{
	if (!ctx->gso_size || !p->l4 || packet_is_udp_tunnel(p))
		return p->length - sizeof(struct ethhdr);
	return p->l4_offset - p->l3_offset + p->l4_header + ctx->gso_size;
}

static __always_inline __u64 walk_at(void *data, void *end, __u32 l3_offset, __u32 ip_length)
{
	struct ipv6hdr *ip = data + (l3_offset & L3_MASK);

	barrier_var(ip);
	if ((void *)(ip + 1) > end)
		return WALK_UNREADABLE;
	return walk_extensions(ip, end, ip_length, ip->nexthdr);
}

__noinline __u64 xdp_walk(struct xdp_md *ctx, __u32 l3_offset, __u32 ip_length)
{
	return walk_at((void *)(long)ctx->data, (void *)(long)ctx->data_end, l3_offset, ip_length);
}

__noinline __u64 tc_walk(struct __sk_buff *ctx, __u32 l3_offset, __u32 ip_length)
{
	return walk_at((void *)(long)ctx->data, (void *)(long)ctx->data_end, l3_offset, ip_length);
}

static __always_inline __u64 packet_walk(const struct packet *p)
{
	return p->xdp ? xdp_walk(p->ctx, p->l3_offset, p->ip_length)
		      : tc_walk(p->ctx, p->l3_offset, p->ip_length);
}

#endif
