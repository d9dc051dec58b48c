// SPDX-License-Identifier: GPL-2.0
#include "extack.h"

#include <libmnl/libmnl.h>
#include <stdio.h>
#include <string.h>

/* Where the attributes start: behind the error and what it quotes. */
static size_t attrs_offset(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	size_t payload = mnl_nlmsg_get_payload_len(nlh);

	if (nlh->nlmsg_type == NLMSG_DONE)
		return sizeof(int);
	if (payload < sizeof(*err))
		return payload;
	if (nlh->nlmsg_flags & NLM_F_CAPPED)
		return sizeof(*err);
	/* The request is quoted whole, its header being part of @err. */
	if (err->msg.nlmsg_len < sizeof(err->msg) ||
	    err->msg.nlmsg_len > payload)
		return payload;
	return sizeof(*err) + MNL_ALIGN(err->msg.nlmsg_len - sizeof(err->msg));
}

void extack_text(const struct nlmsghdr *nlh, char *dst, size_t size)
{
	size_t offset = attrs_offset(nlh);
	const struct nlattr *attr;

	dst[0] = '\0';
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    offset >= mnl_nlmsg_get_payload_len(nlh))
		return;
	mnl_attr_for_each(attr, nlh, offset)
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
			snprintf(dst, size, "%.*s",
				 mnl_attr_get_payload_len(attr),
				 (const char *)mnl_attr_get_payload(attr));
}
