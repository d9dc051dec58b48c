// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks the sockledger family something, right or wrong, and prints the answer:
 *
 *	badnl do|dump COMMAND VERSION [TYPE:HEX…]
 *
 *	badnl join GROUP
 *	badnl random SEED COUNT
 *
 * Each TYPE:HEX is an attribute with those bytes. The answer is "answered", or
 * the name of the error and the sentence that came with it. The last one asks
 * COUNT times at random, each time for something that may be nearly right, and
 * fails when there is no answer, or a refusal of a value without a sentence.
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

static struct resolved {
	int family;
	int group;	/* of the name asked for, 0: there is none */
} resolved;

/* Groups are nests of nests; all that counts is the number behind the name. */
static void find_group(const struct nlattr *groups, const char *name)
{
	const struct nlattr *group, *attr;
	size_t at, in;

	for (at = NLA_HDRLEN; at + NLA_HDRLEN <= groups->nla_len;
	     at += NLA_ALIGN(group->nla_len)) {
		int id = 0, ours = 0;

		group = (const void *)((const char *)groups + at);
		for (in = NLA_HDRLEN; in + NLA_HDRLEN <= group->nla_len;
		     in += NLA_ALIGN(attr->nla_len)) {
			attr = (const void *)((const char *)group + in);
			if (attr->nla_type == CTRL_ATTR_MCAST_GRP_ID)
				id = *(const uint32_t *)(attr + 1);
			else if (attr->nla_type == CTRL_ATTR_MCAST_GRP_NAME)
				ours = !strcmp((const char *)(attr + 1), name);
		}
		if (ours)
			resolved.group = id;
	}
}

static void resolve(const char *group)
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
	resolved.family = *(const uint16_t *)(attr + 1);
	attr = find(nlh, NLMSG_LENGTH(GENL_HDRLEN), CTRL_ATTR_MCAST_GROUPS);
	if (attr && group)
		find_group(attr, group);
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

static void open_socket(void)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct timeval patience = { .tv_sec = 60 };
	int on = 1;

	fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	if (fd < 0 || connect(fd, (struct sockaddr *)&kernel, sizeof(kernel)))
		fail("badnl: socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
}

static int join(const char *name)
{
	resolve(name);
	if (!resolved.group) {
		puts("no such group");
		return 1;
	}
	if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &resolved.group,
		       sizeof(resolved.group)))
		puts(strerrorname_np(errno));
	else
		puts("joined");
	return 0;
}

/* Attributes of the family, and the sizes of their values */
#define FILTER	37

struct attr {
	unsigned short type, size;
};

static const struct attr of_entry[] = {
	{ 2, 8 }, { 5, 1 }, { 10, 4 }, { 10, 16 }, { 11, 2 }, { 12, 4 },
	{ 12, 16 }, { 13, 2 },
};

static const struct attr of_filter[] = {
	{ 2, 1 }, { 3, 1 }, { 4, 1 }, { 5, 4 }, { 6, 4 }, { 7, 4 }, { 8, 8 },
	{ 9, 2 }, { 10, 2 }, { 11, 2 }, { 12, 2 }, { 13, 4 }, { 13, 16 },
	{ 14, 1 }, { 15, 4 }, { 15, 16 }, { 16, 1 }, { 17, 4 }, { 18, 8 },
};

static const struct attr of_config[] = {
	{ 2, 4 }, { 3, 4 }, { 4, 4 }, { 5, 8 }, { 6, 1 },
};

/* Sizes that attributes have, and some that none has */
static size_t random_size(void)
{
	static const size_t sizes[] = { 0, 1, 2, 4, 8, 16, 1, 2, 4, 8, 3, 17 };

	return sizes[rand() % (sizeof(sizes) / sizeof(*sizes))];
}

/* Mostly bytes with few bits set, as numbers and sets in use have */
static size_t random_bytes(unsigned char *data, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		data[i] = rand() % 3 ? 0 : rand() % 4 ? 1 << rand() % 8 : rand();
	return size;
}

static void random_attr(struct request *request)
{
	unsigned char data[1024];
	size_t used = 0;
	int i, inner = rand() % 6;

	if (rand() % 3) {
		put_attr(request, rand() % 40, data,
			 random_bytes(data, random_size()));
		return;
	}
	/* A nest, most often the filter; whole, or cut off */
	for (i = 0; i < inner; i++) {
		struct nlattr attr = { .nla_type = rand() % 22 };
		size_t size = random_size();

		attr.nla_len = NLA_HDRLEN + size + !(rand() % 20);
		memcpy(data + used, &attr, sizeof(attr));
		random_bytes(data + used + NLA_HDRLEN, NLA_ALIGN(size));
		used += NLA_HDRLEN + NLA_ALIGN(size);
	}
	put_attr(request, (rand() % 4 ? FILTER : rand() % 40) |
		 (rand() % 8 ? NLA_F_NESTED : 0), data,
		 used - (used && !(rand() % 10)));
}

/* Right in form: an attribute that the command knows, and its size */
static void put_right_attr(struct request *request, int nest)
{
	const struct attr *attrs = of_entry;
	size_t count = sizeof(of_entry);
	unsigned char data[16];

	if (nest) {
		attrs = of_filter;
		count = sizeof(of_filter);
	} else if (request->genl.cmd == 5) {
		attrs = of_config;
		count = sizeof(of_config);
	}
	attrs += rand() % (count / sizeof(*attrs));
	put_attr(request, attrs->type, data, random_bytes(data, attrs->size));
}

static void put_right_attrs(struct request *request)
{
	int nest = request->nlh.nlmsg_flags & NLM_F_DUMP, i, count = rand() % 4;
	size_t at = NLMSG_ALIGN(request->nlh.nlmsg_len);

	if (nest)
		put_attr(request, FILTER | NLA_F_NESTED, "", 0);
	for (i = 0; i < count; i++)
		put_right_attr(request, nest);
	if (nest)
		((struct nlattr *)((char *)request + at))->nla_len =
			request->nlh.nlmsg_len - at;
}

/* A value that is refused has a sentence; a command that there is not needs none. */
static int speechless(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = NLMSG_DATA(nlh);

	if (nlh->nlmsg_type != NLMSG_ERROR || !err->error ||
	    err->error == -EOPNOTSUPP || err->error == -EPERM)
		return 0;
	return !(nlh->nlmsg_flags & NLM_F_ACK_TLVS);
}

static int ask_at_random(unsigned int seed, int count)
{
	const struct nlmsghdr *nlh;
	struct request request;
	int i, j, wrong, answered = 0;

	srand(seed);
	for (i = 0; i < count; i++) {
		open_socket();
		put_header(&request, resolved.family, rand() % 2 ? NLM_F_ACK :
			   NLM_F_DUMP, rand() % 9, rand() % 3);
		wrong = rand() % 2 ? rand() % 4 : 0;
		for (j = 0; j < wrong; j++)
			random_attr(&request);
		if (!wrong)
			put_right_attrs(&request);
		nlh = ask(&request);
		if (speechless(nlh)) {
			printf("seed %u, request %d, command %d: ", seed, i,
			       request.genl.cmd);
			print(nlh);
			return 1;
		}
		answered += nlh->nlmsg_type != NLMSG_ERROR;
		close(fd);
	}
	printf("%d of %d were answered\n", answered, count);
	return 0;
}

static void say_how(void)
{
	fprintf(stderr, "usage: badnl do|dump COMMAND VERSION [TYPE:HEX...]\n"
			"       badnl join GROUP\n"
			"       badnl random SEED COUNT\n");
	exit(2);
}

int main(int argc, char **argv)
{
	struct request request;
	int i;

	if (argc < 3)
		say_how();
	open_socket();
	if (!strcmp(argv[1], "join"))
		return join(argv[2]);
	resolve(NULL);
	if (argc < 4)
		say_how();
	if (!strcmp(argv[1], "random"))
		return ask_at_random(atoi(argv[2]), atoi(argv[3]));
	put_header(&request, resolved.family, strcmp(argv[1], "dump") ?
		   NLM_F_ACK : NLM_F_DUMP, atoi(argv[2]), atoi(argv[3]));
	for (i = 4; i < argc; i++)
		put_word(&request, argv[i]);
	print(ask(&request));
	return 0;
}
