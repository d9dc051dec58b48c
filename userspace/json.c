// SPDX-License-Identifier: GPL-2.0
#include "json.h"
#include "text.h"
#include "words.h"

#include "pure/names.h"

#include <limits.h>
#include <netinet/in.h>
#include <stdio.h>

json_t *json_number(uint64_t value)
{
	if (value > INT64_MAX)
		return json_real(value);
	return json_integer(value);
}

static json_t *json_text(const char *text)
{
	char valid[3 * COMM_SIZE];

	text_utf8(valid, sizeof(valid), text);
	return json_string(valid);
}

static json_t *json_errno(uint32_t error)
{
	char name[ERRNO_SIZE];

	word_errno(name, sizeof(name), error);
	return json_string(name);
}

static json_t *coded(const struct field *field, uint8_t code)
{
	return field->word ? json_string(field->word(code)) :
			     json_integer(code);
}

static json_t *field_value(const struct field *field, const void *object)
{
	const void *from = (const uint8_t *)object + field->offset;

	switch (field->kind) {
	case FIELD_FLAG:
		return json_true();
	case FIELD_BOOL:
		return json_boolean(*(const bool *)from);
	case FIELD_U8:
		return coded(field, *(const uint8_t *)from);
	case FIELD_U16:
	case FIELD_PORT:
		return json_integer(*(const uint16_t *)from);
	case FIELD_U32:
		return json_integer(*(const uint32_t *)from);
	case FIELD_ERRNO:
		return json_errno(*(const uint32_t *)from);
	case FIELD_U64:
		return json_number(*(const uint64_t *)from);
	case FIELD_STRING:
		return json_text(from);
	default:	/* addresses and nests are placed by hand */
		return NULL;
	}
}

/* Add what the table knows and the object has. */
static void add_fields(json_t *to, const struct field_set *set,
		       const void *object)
{
	const uint64_t *has = object;
	const struct field *field;

	for (field = set->fields; field->attr; field++)
		if (!field->by_hand && *has & 1ULL << field->attr)
			json_object_set_new(to, field->name,
					    field_value(field, object));
}

static json_t *fields_object(const struct field_set *set, const void *object)
{
	json_t *ret = json_object();

	add_fields(ret, set, object);
	return ret;
}

static json_t *fields_array(const struct field_set *set, const void *objects,
			    size_t count, size_t size)
{
	const uint8_t *object = objects;
	json_t *ret = json_array();

	for (; count; count--, object += size)
		json_array_append_new(ret, fields_object(set, object));
	return ret;
}

static void add_endpoint(json_t *to, const char *name, bool has_addr,
			 const struct address *addr, bool has_port,
			 uint16_t port)
{
	char text[INET6_ADDRSTRLEN];
	json_t *endpoint;

	if (!has_addr && !has_port)
		return;
	endpoint = json_object();
	if (has_addr) {
		address_text(text, sizeof(text), addr);
		json_object_set_new(endpoint, "addr", json_string(text));
	}
	if (has_port)
		json_object_set_new(endpoint, "port", json_integer(port));
	json_object_set_new(to, name, endpoint);
}

/* What each end announced for itself. */
static void add_announced(json_t *to, const char *name, bool has_client,
			  unsigned int client, bool has_server,
			  unsigned int server)
{
	json_t *both;

	if (!has_client && !has_server)
		return;
	both = json_object();
	if (has_client)
		json_object_set_new(both, "client", json_integer(client));
	if (has_server)
		json_object_set_new(both, "server", json_integer(server));
	json_object_set_new(to, name, both);
}

static json_t *handshake_object(const struct handshake *hs)
{
	json_t *ret = fields_object(&handshake_set, hs);

	add_announced(ret, "mss",
		      HAS(hs, HANDSHAKE_CLIENT_MSS), hs->client_mss,
		      HAS(hs, HANDSHAKE_SERVER_MSS), hs->server_mss);
	add_announced(ret, "wscale",
		      HAS(hs, HANDSHAKE_CLIENT_WSCALE), hs->client_wscale,
		      HAS(hs, HANDSHAKE_SERVER_WSCALE), hs->server_wscale);
	return ret;
}

static void add_nest(json_t *to, bool has, const char *name,
		     const struct field_set *set, const void *object)
{
	if (has)
		json_object_set_new(to, name, fields_object(set, object));
}

/* Their addresses; the interface is where it was joined. */
static json_t *groups_array(const struct entry *entry)
{
	char text[INET6_ADDRSTRLEN];
	json_t *ret = json_array(), *group;
	size_t i;

	for (i = 0; i < entry->group_count; i++) {
		group = fields_object(&group_set, &entry->groups[i]);
		address_text(text, sizeof(text), &entry->groups[i].addr);
		json_object_set_new(group, "addr", json_string(text));
		json_array_append_new(ret, group);
	}
	return ret;
}

static json_t *datagrams_object(const struct entry *entry)
{
	const struct datagrams *d = &entry->datagrams;
	json_t *ret = fields_object(&datagrams_set, d);

	json_object_set_new(ret, "peers_estimated",
			    json_boolean(HAS(d, DATAGRAMS_PEERS_ESTIMATED)));
	add_endpoint(ret, "last_peer", HAS(d, DATAGRAMS_PEER_ADDR),
		     &d->peer_addr, HAS(d, DATAGRAMS_PEER_PORT), d->peer_port);
	json_object_set_new(ret, "group", groups_array(entry));
	return ret;
}

static void add_nests(json_t *to, const struct entry *entry)
{
	add_nest(to, HAS(entry, ENTRY_OPENER), "opener", &owner_set,
		 &entry->opener);
	add_nest(to, HAS(entry, ENTRY_ACCEPTOR), "acceptor", &owner_set,
		 &entry->acceptor);
	json_object_set_new(to, "holders",
			    fields_array(&owner_set, entry->holders,
					 entry->holder_count,
					 sizeof(*entry->holders)));
	if (HAS(entry, ENTRY_HANDSHAKE))
		json_object_set_new(to, "handshake",
				    handshake_object(&entry->handshake));
	add_nest(to, HAS(entry, ENTRY_TOTALS), "totals", &totals_set,
		 &entry->totals);
	add_nest(to, HAS(entry, ENTRY_LEDGER), "ledger", &ledger_set,
		 &entry->ledger);
	if (HAS(entry, ENTRY_DATAGRAMS))
		json_object_set_new(to, "datagrams", datagrams_object(entry));
}

json_t *json_entry(const struct entry *entry)
{
	json_t *ret = fields_object(&entry_set, entry);

	json_object_set_new(ret, "live",
			    json_boolean(HAS(entry, ENTRY_LIVE)));
	json_object_set_new(ret, "pre_existing",
			    json_boolean(HAS(entry, ENTRY_PRE_EXISTING)));
	json_object_set_new(ret, "port_chosen",
			    json_boolean(HAS(entry, ENTRY_PORT_CHOSEN)));
	add_endpoint(ret, "local", HAS(entry, ENTRY_LOCAL_ADDR),
		     &entry->local_addr, HAS(entry, ENTRY_LOCAL_PORT),
		     entry->local_port);
	add_endpoint(ret, "remote", HAS(entry, ENTRY_REMOTE_ADDR),
		     &entry->remote_addr, HAS(entry, ENTRY_REMOTE_PORT),
		     entry->remote_port);
	add_nests(ret, entry);
	json_object_set_new(ret, "transitions",
			    fields_array(&transition_set, entry->transitions,
					 entry->transition_count,
					 sizeof(*entry->transitions)));
	json_object_set_new(ret, "events",
			    fields_array(&event_set, entry->events,
					 entry->event_count,
					 sizeof(*entry->events)));
	return ret;
}

json_t *json_call(const struct call *call)
{
	json_t *ret = fields_object(&call_set, call);

	add_endpoint(ret, "asked", HAS(call, CALL_ADDR), &call->addr,
		     HAS(call, CALL_PORT), call->port);
	add_nest(ret, HAS(call, CALL_CALLER), "caller", &owner_set,
		 &call->caller);
	return ret;
}

json_t *json_config(const struct config *config)
{
	json_t *ret = fields_object(&config_set, config);
	json_t *events = json_array();
	unsigned int what;

	for (what = 0; what < __SOCKLEDGER_WHAT_MAX; what++)
		if (config->events >> what & 1)
			json_array_append_new(events,
					      json_string(sl_what_name(what)));
	json_object_set_new(ret, "events", events);
	return ret;
}

json_t *json_notice(const struct notice *notice)
{
	json_t *ret = fields_object(&notice_set, notice);

	add_endpoint(ret, "local", HAS(notice, NOTICE_LOCAL_ADDR),
		     &notice->local_addr, HAS(notice, NOTICE_LOCAL_PORT),
		     notice->local_port);
	add_endpoint(ret, "remote", HAS(notice, NOTICE_REMOTE_ADDR),
		     &notice->remote_addr, HAS(notice, NOTICE_REMOTE_PORT),
		     notice->remote_port);
	return ret;
}

void json_add_netns(json_t *object, const struct netns *netns)
{
	char name[3 * NAME_MAX];

	json_object_set_new(object, "netns", json_number(netns->inode));
	if (!netns->name)
		return;
	text_utf8(name, sizeof(name), netns->name);
	json_object_set_new(object, "netns_name", json_string(name));
}

void json_print(json_t *value, unsigned int indent)
{
	/* Names of programs reach a terminal this way, too: ASCII is safe. */
	json_dumpf(value, stdout, JSON_ENSURE_ASCII |
		   (indent ? JSON_INDENT(indent) : JSON_COMPACT));
	json_decref(value);
}
