// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks the sockledger family something, right or wrong, and prints the answer:
 *
 *	badnl do|dump COMMAND VERSION [TYPE:HEX…]
 *
 * Each TYPE:HEX is an attribute with those bytes. The answer is "answered", or
 * the name of the error and the sentence that came with it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
	struct nlmsghdr nlh;
	struct genlmsghdr genl;
	char attrs[4096];
};

static int fd;

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

static void put_header(struct request *request, int type, int flags, int command,
		       int version)
{
	memset(request, 0, sizeof(*request));
	request->nlh.nlmsg_type = type;
	request->nlh.nlmsg_flags = NLM_F_REQUEST | flags;
	request->nlh.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	request->genl.cmd = command;
	request->genl.version = version;
}

static void put_attr(struct request *request, int type, const void *data,
		     size_t len)
{
	struct nlattr *attr = (void *)((char *)request +
				       NLMSG_ALIGN(request->nlh.nlmsg_len));

	attr->nla_type = type;
	attr->nla_len = NLA_HDRLEN + len;
	memcpy(attr + 1, data, len);
	request->nlh.nlmsg_len = NLMSG_ALIGN(request->nlh.nlmsg_len) +
				 NLA_ALIGN(attr->nla_len);
}

/* TYPE:HEX */
static void put_word(struct request *request, const char *word)
{
	const char *hex = strchr(word, ':');
	unsigned char data[1024];
	unsigned int byte;
	size_t len = 0;

	for (hex = hex ? hex + 1 : ""; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		data[len++] = byte;
	put_attr(request, atoi(word), data, len);
}

static const struct nlmsghdr *ask(const struct request *request)
{
	static char answer[65536] __attribute__((aligned(NLMSG_ALIGNTO)));

	if (send(fd, request, request->nlh.nlmsg_len, 0) < 0)
		fail("badnl: send");
	if (recv(fd, answer, sizeof(answer), 0) < 0)
		fail("badnl: recv");
	return (const void *)answer;
}

/* The first attribute of a type, from an offset in the message */
static const struct nlattr *find(const struct nlmsghdr *nlh, size_t offset,
				 int type)
{
	const struct nlattr *attr;

	for (; offset + NLA_HDRLEN <= nlh->nlmsg_len;
	     offset += NLA_ALIGN(attr->nla_len)) {
		attr = (const void *)((const char *)nlh + offset);
		if ((attr->nla_type & NLA_TYPE_MASK) == type)
			return attr;
		if (attr->nla_len < NLA_HDRLEN)
			break;
	}
	return NULL;
}

static int resolve(void)
{
	struct request request;
	const struct nlmsghdr *nlh;
	const struct nlattr *attr;

	put_header(&request, GENL_ID_CTRL, 0, CTRL_CMD_GETFAMILY, 2);
	put_attr(&request, CTRL_ATTR_FAMILY_NAME, "sockledger",
		 sizeof("sockledger"));
	nlh = ask(&request);
	attr = nlh->nlmsg_type == NLMSG_ERROR ? NULL :
	       find(nlh, NLMSG_LENGTH(GENL_HDRLEN), CTRL_ATTR_FAMILY_ID);
	if (!attr) {
		fprintf(stderr, "badnl: no such family\n");
		exit(2);
	}
	return *(const uint16_t *)(attr + 1);
}

static void print(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = NLMSG_DATA(nlh);
	const struct nlattr *text = NULL;
	size_t offset = NLMSG_LENGTH(sizeof(int));

	if (nlh->nlmsg_type != NLMSG_ERROR && nlh->nlmsg_type != NLMSG_DONE) {
		puts("answered");
		return;
	}
	if (nlh->nlmsg_type == NLMSG_ERROR)
		offset = NLMSG_LENGTH(sizeof(*err));
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		text = find(nlh, offset, NLMSGERR_ATTR_MSG);
	printf("%s", err->error ? strerrorname_np(-err->error) : "OK");
	if (text)
		printf(" %s", (const char *)(text + 1));
	putchar('\n');
}

int main(int argc, char **argv)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct request request;
	int i, on = 1;

	if (argc < 4) {
		fprintf(stderr, "usage: badnl do|dump COMMAND VERSION [TYPE:HEX...]\n");
		return 2;
	}
	fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	if (fd < 0 || connect(fd, (struct sockaddr *)&kernel, sizeof(kernel)))
		fail("badnl: socket");
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));

	put_header(&request, resolve(), strcmp(argv[1], "dump") ? NLM_F_ACK :
		   NLM_F_DUMP, atoi(argv[2]), atoi(argv[3]));
	for (i = 4; i < argc; i++)
		put_word(&request, argv[i]);
	print(ask(&request));
	return 0;
}
