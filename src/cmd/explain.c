// SPDX-License-Identifier: GPL-2.0-only
/* xgress explain: what happens to a packet, and what decided. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#include "../explain/capture.h"
#include "../explain/words.h"
#include "../util/option.h"
#include "cmd.h"
#include "explain_print.h"

static int explain_one(const struct context *ctx, struct explainer *x, const struct packet_words *w,
		       struct explanation *result, struct err *e)
{
	static uint8_t frame[TWIN_PACKET];
	int size, r;

	size = packet_build(w, explainer_mac(x), explainer_outward(x), frame, sizeof(frame), e);
	if (size < 0)
		return size;
	r = explainer_run(x, frame, size, result, e);
	if (r)
		return r;
	if (ctx->json)
		explanation_json(result, 0);
	else
		explanation_text(result);
	return 0;
}

static int explain_next(const struct context *ctx, struct explainer *x, struct capture *c,
			size_t number, size_t *refused, struct explanation *result, struct err *e)
{
	size_t size, missing;
	const uint8_t *packet;
	struct err why;
	int r;

	r = capture_next(c, &packet, &size, &missing, e);
	if (r <= 0)
		return r;
	if (missing)
		r = err_set(&why, EINVAL,
			    "the capture cut off %zu of its bytes (capture with -s 0)", missing);
	else
		r = explainer_run(x, packet, size, result, &why);
	if (r) {
		refused_line(ctx->json, number, &why);
		++*refused;
	} else if (ctx->json) {
		explanation_json(result, number);
	} else {
		explanation_line(result, number);
	}
	return 1;
}

static int explain_capture(const struct context *ctx, struct explainer *x, struct capture *c,
			   struct explanation *result, struct err *e)
{
	size_t number = 0, refused = 0;
	int r;

	do {
		r = explain_next(ctx, x, c, ++number, &refused, result, e);
	} while (r > 0);
	if (!r && refused)
		return err_set(e, EIO, "%zu of %zu packets cannot be explained", refused,
			       number - 1);
	return r;
}

static int explain_options(int argc, char **argv, const char **pcap, struct packet_words *w,
			   struct err *e)
{
	static const struct option options[] = { { "pcap", required_argument, NULL, 'p' }, { 0 } };
	int c, r;

	while ((c = getopt_long(argc, argv, ":", options, NULL)) != -1) {
		if (c != 'p')
			return option_error(e, "explain", c, argv, ":");
		*pcap = optarg;
	}
	r = packet_words_parse(argv + optind, argc - optind, w, e);
	if (r)
		return r;
	if (*pcap && (w->hex || w->described))
		return err_set(e, EINVAL, "--pcap has the packets: no other words but in= or out=");
	if (!*pcap && !w->hex && !w->described)
		return err_set(e, EINVAL,
			       "explain: expected a packet (src= dst= ...), hex= or "
			       "--pcap FILE");
	return 0;
}

static int explain(const struct context *ctx, const struct packet_words *w, struct capture *c,
		   struct err *e)
{
	struct explanation *result = malloc(sizeof(*result));
	struct explainer *x = NULL;
	int r;

	if (!result)
		return err_set(e, ENOMEM, "out of memory");
	r = explainer_new(ctx->instance, w->in, w->out, &x, e);
	if (!r)
		r = c ? explain_capture(ctx, x, c, result, e) : explain_one(ctx, x, w, result, e);
	explainer_free(x);
	free(result);
	return r;
}

static int run(struct context *ctx, int argc, char **argv, struct err *e)
{
	struct capture *c = NULL;
	struct packet_words w;
	const char *pcap = NULL;
	int r;

	r = explain_options(argc, argv, &pcap, &w, e);
	if (!r && pcap)
		r = capture_open(pcap, &c, e);
	if (r)
		return r;
	r = explain(ctx, &w, c, e);
	if (c)
		capture_close(c);
	return r;
}

const struct command cmd_explain = {
	.name = "explain",
	.summary = "what happens to a packet, stage by stage, and what decides",
	.help = "usage: xgress explain [-j] src=ADDRESS dst=ADDRESS [WORD...]\n"
		"       xgress explain [-j] hex=FRAME [in=DEV|out=DEV]\n"
		"       xgress explain [-j] --pcap FILE [in=DEV|out=DEV]\n"
		"\n"
		"Runs a packet through a twin of the live program and tells each stage's "
		"decision,\n"
		"the packet as it leaves, and where to. Nothing is sent, counted or changed.\n"
		"\n"
		"  src= dst=      IPv4 or IPv6 addresses\n"
		"  proto=         tcp, udp, icmp, icmp6 or a number (default: udp)\n"
		"  sport= dport=  ports (default: 40000 and 80)\n"
		"  flags=         TCP flags, for example S, SA, PA\n"
		"  len=           length of the IP packet in bytes (default: headers alone)\n"
		"  vlan=          a VLAN tag\n"
		"  in=            where it comes in (default: the only inside interface)\n"
		"  out=           an uplink where it goes out: from this host, or forwarded by "
		"the\n"
		"                 kernel\n"
		"  hex=           a whole Ethernet frame, in hexadecimal digits\n"
		"  --pcap FILE    packets of a capture (pcap, pcapng), one line or one JSON "
		"object\n"
		"                 each, as if they came now, one after another\n"
		"\n"
		"Exit status 1 where nothing is applied.\n",
	.run = run,
};
