// SPDX-License-Identifier: GPL-2.0
#include "client.h"
#include "extack.h"
#include "memory.h"

#include "uapi/sockledger.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The kernel fills what it is offered, up to 32 KiB a message. */
#define RECEIVE_SIZE	65536
#define REQUEST_SIZE	4096

static const char not_loaded[] =
	"the sockledger module is not loaded in the kernel (load it with \"modprobe sockledger\")";

struct client {
	struct mnl_socket *socket;
	unsigned int portid;
	unsigned int seq;
	uint16_t family;
	const char *group;	/* looked for when the family is resolved, or NULL */
	uint32_t group_id;
	char refusal[256];
	char request[REQUEST_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	char buffer[RECEIVE_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
};

/* One request on its way to its last reply. */
struct exchange {
	struct client *client;
	client_reply_fn reply;
	void *data;
	bool done;
};

/* NLMSG_ERROR and NLMSG_DONE both start with an errno, negated. */
static int finish(struct exchange *exchange, const struct nlmsghdr *nlh)
{
	int error = 0;

	exchange->done = true;
	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(error))
		memcpy(&error, mnl_nlmsg_get_payload(nlh), sizeof(error));
	else if (nlh->nlmsg_type == NLMSG_ERROR)
		error = -EBADMSG;
	if (error)
		extack_text(nlh, exchange->client->refusal,
			    sizeof(exchange->client->refusal));
	return error < 0 ? error : 0;
}

static int take_reply(struct exchange *exchange, const struct nlmsghdr *nlh)
{
	size_t length = mnl_nlmsg_get_payload_len(nlh);

	if (length < GENL_HDRLEN)
		return -EBADMSG;
	return exchange->reply(mnl_nlmsg_get_payload_offset(nlh, GENL_HDRLEN),
			       length - GENL_HDRLEN, exchange->data);
}

static int take_message(struct exchange *exchange, const struct nlmsghdr *nlh)
{
	struct client *client = exchange->client;

	if (!mnl_nlmsg_portid_ok(nlh, client->portid))
		return 0;
	if (!mnl_nlmsg_seq_ok(nlh, client->seq))
		return 0;

	switch (nlh->nlmsg_type) {
	case NLMSG_ERROR:
	case NLMSG_DONE:
		return finish(exchange, nlh);
	case NLMSG_NOOP:
		return 0;
	case NLMSG_OVERRUN:
		return -ENOBUFS;
	default:
		return take_reply(exchange, nlh);
	}
}

/* Receive once; all messages up to the last or an error are taken. */
static int receive(struct exchange *exchange)
{
	struct client *client = exchange->client;
	const struct nlmsghdr *nlh;
	ssize_t got;
	int left, ret;

	do {
		got = mnl_socket_recvfrom(client->socket, client->buffer,
					  sizeof(client->buffer));
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;

	left = got;
	for (nlh = (void *)client->buffer; mnl_nlmsg_ok(nlh, left);
	     nlh = mnl_nlmsg_next(nlh, &left)) {
		ret = take_message(exchange, nlh);
		if (ret || exchange->done)
			return ret;
	}
	return 0;
}

static int perform(struct client *client, struct nlmsghdr *request,
		   uint16_t how, client_reply_fn reply, void *data)
{
	struct exchange exchange = {
		.client = client, .reply = reply, .data = data,
	};
	int ret;

	client->refusal[0] = '\0';
	request->nlmsg_flags = NLM_F_REQUEST | how;
	request->nlmsg_seq = ++client->seq;
	if (mnl_socket_sendto(client->socket, request,
			      request->nlmsg_len) < 0)
		return -errno;
	do {
		ret = receive(&exchange);
	} while (!ret && !exchange.done);
	return ret;
}

int client_do(struct client *client, struct nlmsghdr *request,
	      client_reply_fn reply, void *data)
{
	return perform(client, request, NLM_F_ACK, reply, data);
}

int client_dump(struct client *client, struct nlmsghdr *request,
		client_reply_fn reply, void *data)
{
	return perform(client, request, NLM_F_DUMP, reply, data);
}

static struct nlmsghdr *put_request(struct client *client, uint16_t type,
				    uint8_t command, uint8_t version)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(client->request);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = command;
	genl->version = version;
	return nlh;
}

struct nlmsghdr *client_request(struct client *client, uint8_t command)
{
	return put_request(client, client->family, command,
			   SOCKLEDGER_FAMILY_VERSION);
}

/* A group is a nest of its name and its number. */
static void take_group(struct client *client, const struct nlattr *nest)
{
	const struct nlattr *attr;
	uint32_t id = 0;
	bool ours = false;

	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U32) == 0)
			id = mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) == 0)
			ours = !strcmp(mnl_attr_get_str(attr), client->group);
	}
	if (ours)
		client->group_id = id;
}

static int take_family(const void *attrs, size_t length, void *data)
{
	struct client *client = data;
	const struct nlattr *attr, *group;

	mnl_attr_for_each_payload(attrs, length) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U16) == 0)
			client->family = mnl_attr_get_u16(attr);
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GROUPS &&
		    client->group)
			mnl_attr_for_each_nested(group, attr)
				take_group(client, group);
	}
	return 0;
}

static enum status resolve(struct client *client)
{
	struct nlmsghdr *nlh;
	int ret;

	nlh = put_request(client, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 2);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, SOCKLEDGER_FAMILY_NAME);
	ret = client_do(client, nlh, take_family, client);
	if (ret < 0)
		return client_complain(client, ret);
	if (!client->family)
		return client_complain(client, -EBADMSG);
	return STATUS_FOUND;
}

static int connect_socket(struct client *client)
{
	int on = 1;

	client->socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!client->socket ||
	    mnl_socket_bind(client->socket, 0, MNL_SOCKET_AUTOPID))
		return -1;
	client->portid = mnl_socket_get_portid(client->socket);
	/* Without these, refusals merely say less and checks are looser. */
	mnl_socket_setsockopt(client->socket, NETLINK_EXT_ACK, &on,
			      sizeof(on));
	mnl_socket_setsockopt(client->socket, NETLINK_GET_STRICT_CHK, &on,
			      sizeof(on));
	mnl_socket_setsockopt(client->socket, NETLINK_CAP_ACK, &on,
			      sizeof(on));
	return 0;
}

enum status client_open(struct client **ret)
{
	struct client *client = memory_zeroed(sizeof(*client));
	enum status status;

	if (connect_socket(client))
		status = complain("cannot open a netlink socket: %s",
				  strerror(errno));
	else
		status = resolve(client);
	if (status == STATUS_FOUND)
		*ret = client;
	else
		client_close(client);
	return status;
}

void client_close(struct client *client)
{
	if (client && client->socket)
		mnl_socket_close(client->socket);
	free(client);
}

/* A burst of events waits here for us; the kernel may allow less. */
#define LISTEN_SIZE	(16 << 20)

static void enlarge_buffer(int fd)
{
	int size = LISTEN_SIZE;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

static int add_membership(struct client *client, uint32_t group)
{
	return mnl_socket_setsockopt(client->socket, NETLINK_ADD_MEMBERSHIP,
				     &group, sizeof(group));
}

enum status client_join(struct client *client, const char *group)
{
	enum status status;

	client->group = group;
	status = resolve(client);
	if (status != STATUS_FOUND)
		return status;
	if (!client->group_id)
		return client_complain(client, -EBADMSG);
	enlarge_buffer(mnl_socket_get_fd(client->socket));
	/* A module that is unloaded takes its group with it, not us. */
	if (add_membership(client, GENL_ID_CTRL) ||
	    add_membership(client, client->group_id))
		return client_complain(client, -errno);
	return STATUS_FOUND;
}

/* The controller tells of every family that goes. */
static bool says_we_are_gone(const struct client *client,
			     const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;

	if (nlh->nlmsg_type != GENL_ID_CTRL ||
	    mnl_nlmsg_get_payload_len(nlh) < GENL_HDRLEN ||
	    genl->cmd != CTRL_CMD_DELFAMILY)
		return false;
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN)
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_validate(attr, MNL_TYPE_U16) == 0)
			return mnl_attr_get_u16(attr) == client->family;
	return false;
}

/* Messages of the group; others are none of ours. */
static int take_messages(struct client *client, size_t got,
			 client_reply_fn take, void *data)
{
	const struct nlmsghdr *nlh;
	size_t length;
	int left = got, ret = 0;

	for (nlh = (void *)client->buffer; !ret && mnl_nlmsg_ok(nlh, left);
	     nlh = mnl_nlmsg_next(nlh, &left)) {
		if (says_we_are_gone(client, nlh))
			return -ENODEV;
		length = mnl_nlmsg_get_payload_len(nlh);
		if (nlh->nlmsg_type == client->family && length >= GENL_HDRLEN)
			ret = take(mnl_nlmsg_get_payload_offset(nlh,
								GENL_HDRLEN),
				   length - GENL_HDRLEN, data);
	}
	return ret;
}

/* Whoever reads along gets what there is before we wait, in one piece. */
static int wait_for(struct pollfd *polled, size_t count, int patience_ms)
{
	int ready = poll(polled, count, 0);

	if (ready)
		return ready;
	fflush(stdout);
	return poll(polled, count, patience_ms);
}

int client_listen(struct client *client, client_reply_fn take, void *data,
		  int stop, int patience_ms)
{
	struct pollfd polled[] = {
		{ .fd = stop, .events = POLLIN },
		{ .fd = mnl_socket_get_fd(client->socket), .events = POLLIN },
	};
	int ready, ret = 0;
	ssize_t got;

	while (!ret) {
		ready = wait_for(polled, ARRAY_SIZE(polled), patience_ms);
		if (ready < 0)
			return -errno;
		if (!ready)
			return -ETIME;
		if (polled[0].revents)
			return -EINTR;
		got = mnl_socket_recvfrom(client->socket, client->buffer,
					  sizeof(client->buffer));
		ret = got < 0 ? -errno :
				take_messages(client, got, take, data);
	}
	return ret;
}

const char *client_refusal(const struct client *client)
{
	return client->refusal;
}

enum status client_complain(const struct client *client, int error)
{
	/* Whoever may not ask at all gets no sentence from the kernel. */
	if (error == -EPERM && !*client->refusal)
		return complain("reading the ledger needs CAP_NET_ADMIN in the network namespace");
	/* Nor from a family that is gone. */
	if (error == -ENOENT && !*client->refusal)
		return complain("%s", not_loaded);
	if (error == -EBADMSG)
		return complain("the kernel's answer cannot be understood");
	if (*client->refusal)
		return complain("the kernel refused: %s (%s)", client->refusal,
				strerror(-error));
	return complain("the kernel could not be asked: %s", strerror(-error));
}
