// SPDX-License-Identifier: GPL-2.0
#include "extack.h"

#include <inttypes.h>
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

/* The numbers that an attribute may be, where the kernel says them. */
static void append_range(const struct nlattr *policy, char *dst, size_t size)
{
	uint64_t least = 0, most = UINT64_MAX;
	const struct nlattr *attr;
	size_t used = strlen(dst);

	mnl_attr_for_each_nested(attr, policy) {
		if (mnl_attr_get_payload_len(attr) != sizeof(uint64_t))
			continue;
		if (mnl_attr_get_type(attr) == NL_POLICY_TYPE_ATTR_MIN_VALUE_U)
			least = mnl_attr_get_u64(attr);
		if (mnl_attr_get_type(attr) == NL_POLICY_TYPE_ATTR_MAX_VALUE_U)
			most = mnl_attr_get_u64(attr);
	}
	if (most < UINT64_MAX)
		snprintf(dst + used, size - used,
			 ", it must be from %" PRIu64 " to %" PRIu64, least,
			 most);
	else if (least)
		snprintf(dst + used, size - used,
			 ", it must be at least %" PRIu64, least);
}

void extack_text(const struct nlmsghdr *nlh, char *dst, size_t size)
{
	const struct nlattr *attr, *policy = NULL;
	size_t offset = attrs_offset(nlh);

	dst[0] = '\0';
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    offset >= mnl_nlmsg_get_payload_len(nlh))
		return;
	mnl_attr_for_each(attr, nlh, offset) {
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
			snprintf(dst, size, "%.*s",
				 mnl_attr_get_payload_len(attr),
				 (const char *)mnl_attr_get_payload(attr));
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_POLICY)
			policy = attr;
	}
	if (policy && *dst)
		append_range(policy, dst, size);
}
