// SPDX-License-Identifier: GPL-2.0
#include "json.h"
#include "words.h"

#include "pure/names.h"

#include <netinet/in.h>

static void put_errno(struct json_out *out, const char *name, uint32_t error)
{
	char text[ERRNO_SIZE];

	word_errno(text, sizeof(text), error);
	json_text(out, name, text);
}

static void put_code(struct json_out *out, const struct field *field,
		     uint8_t code)
{
	if (field->word)
		json_word(out, field->name, field->word(code));
	else
		json_number(out, field->name, code);
}

static void put_field(struct json_out *out, const struct field *field,
		      const void *object)
{
	const void *from = (const uint8_t *)object + field->offset;

	switch (field->kind) {
	case FIELD_FLAG:
		json_bool(out, field->name, true);
		break;
	case FIELD_BOOL:
		json_bool(out, field->name, *(const bool *)from);
		break;
	case FIELD_U8:
		put_code(out, field, *(const uint8_t *)from);
		break;
	case FIELD_U16:
	case FIELD_PORT:
		json_number(out, field->name, *(const uint16_t *)from);
		break;
	case FIELD_U32:
		json_number(out, field->name, *(const uint32_t *)from);
		break;
	case FIELD_ERRNO:
		put_errno(out, field->name, *(const uint32_t *)from);
		break;
	case FIELD_U64:
		json_number(out, field->name, *(const uint64_t *)from);
		break;
	case FIELD_STRING:
		json_text(out, field->name, from);
		break;
	default:	/* addresses and nests are placed by hand */
		break;
	}
}

/* What the table knows and the object has. */
static void put_fields(struct json_out *out, const struct field_set *set,
		       const void *object)
{
	const uint64_t *has = object;
	const struct field *field;

	for (field = set->fields; field->attr; field++)
		if (!field->by_hand && *has & 1ULL << field->attr)
			put_field(out, field, object);
}

static void put_object(struct json_out *out, const char *name,
		       const struct field_set *set, const void *object)
{
	json_open_object(out, name);
	put_fields(out, set, object);
	json_close_object(out);
}

static void put_array(struct json_out *out, const char *name,
		      const struct field_set *set, const void *objects,
		      size_t count, size_t size)
{
	const uint8_t *object = objects;

	json_open_array(out, name);
	for (; count; count--, object += size)
		put_object(out, NULL, set, object);
	json_close_array(out);
}

static void put_address(struct json_out *out, const struct address *addr)
{
	char text[INET6_ADDRSTRLEN];

	address_text(text, sizeof(text), addr);
	json_word(out, "addr", text);
}

static void put_endpoint(struct json_out *out, const char *name, bool has_addr,
			 const struct address *addr, bool has_port,
			 uint16_t port)
{
	if (!has_addr && !has_port)
		return;
	json_open_object(out, name);
	if (has_addr)
		put_address(out, addr);
	if (has_port)
		json_number(out, "port", port);
	json_close_object(out);
}

/* What each end announced for itself. */
static void put_announced(struct json_out *out, const char *name,
			  bool has_client, unsigned int client,
			  bool has_server, unsigned int server)
{
	if (!has_client && !has_server)
		return;
	json_open_object(out, name);
	if (has_client)
		json_number(out, "client", client);
	if (has_server)
		json_number(out, "server", server);
	json_close_object(out);
}

static void put_handshake(struct json_out *out, const struct handshake *hs)
{
	json_open_object(out, "handshake");
	put_fields(out, &handshake_set, hs);
	put_announced(out, "mss",
		      HAS(hs, HANDSHAKE_CLIENT_MSS), hs->client_mss,
		      HAS(hs, HANDSHAKE_SERVER_MSS), hs->server_mss);
	put_announced(out, "wscale",
		      HAS(hs, HANDSHAKE_CLIENT_WSCALE), hs->client_wscale,
		      HAS(hs, HANDSHAKE_SERVER_WSCALE), hs->server_wscale);
	json_close_object(out);
}

/* Their addresses; the interface is where it was joined. */
static void put_groups(struct json_out *out, const struct entry *entry)
{
	size_t i;

	json_open_array(out, "group");
	for (i = 0; i < entry->group_count; i++) {
		json_open_object(out, NULL);
		put_fields(out, &group_set, &entry->groups[i]);
		put_address(out, &entry->groups[i].addr);
		json_close_object(out);
	}
	json_close_array(out);
}

static void put_datagrams(struct json_out *out, const struct entry *entry)
{
	const struct datagrams *d = &entry->datagrams;

	json_open_object(out, "datagrams");
	put_fields(out, &datagrams_set, d);
	json_bool(out, "peers_estimated", HAS(d, DATAGRAMS_PEERS_ESTIMATED));
	put_endpoint(out, "last_peer", HAS(d, DATAGRAMS_PEER_ADDR),
		     &d->peer_addr, HAS(d, DATAGRAMS_PEER_PORT), d->peer_port);
	put_groups(out, entry);
	json_close_object(out);
}

static void put_nests(struct json_out *out, const struct entry *entry)
{
	if (HAS(entry, ENTRY_OPENER))
		put_object(out, "opener", &owner_set, &entry->opener);
	if (HAS(entry, ENTRY_ACCEPTOR))
		put_object(out, "acceptor", &owner_set, &entry->acceptor);
	put_array(out, "holders", &owner_set, entry->holders,
		  entry->holder_count, sizeof(*entry->holders));
	if (HAS(entry, ENTRY_HANDSHAKE))
		put_handshake(out, &entry->handshake);
	if (HAS(entry, ENTRY_TOTALS))
		put_object(out, "totals", &totals_set, &entry->totals);
	if (HAS(entry, ENTRY_LEDGER))
		put_object(out, "ledger", &ledger_set, &entry->ledger);
	if (HAS(entry, ENTRY_DATAGRAMS))
		put_datagrams(out, entry);
}

static void put_netns_name(struct json_out *out, const struct netns *netns)
{
	if (netns && netns->name)
		json_text(out, "netns_name", netns->name);
}

void json_entry(struct json_out *out, const char *name,
		const struct entry *entry, const struct netns *netns)
{
	json_open_object(out, name);
	put_fields(out, &entry_set, entry);
	json_bool(out, "live", HAS(entry, ENTRY_LIVE));
	json_bool(out, "pre_existing", HAS(entry, ENTRY_PRE_EXISTING));
	json_bool(out, "port_chosen", HAS(entry, ENTRY_PORT_CHOSEN));
	put_endpoint(out, "local", HAS(entry, ENTRY_LOCAL_ADDR),
		     &entry->local_addr, HAS(entry, ENTRY_LOCAL_PORT),
		     entry->local_port);
	put_endpoint(out, "remote", HAS(entry, ENTRY_REMOTE_ADDR),
		     &entry->remote_addr, HAS(entry, ENTRY_REMOTE_PORT),
		     entry->remote_port);
	put_nests(out, entry);
	put_array(out, "transitions", &transition_set, entry->transitions,
		  entry->transition_count, sizeof(*entry->transitions));
	put_array(out, "events", &event_set, entry->events,
		  entry->event_count, sizeof(*entry->events));
	put_netns_name(out, netns);
	json_close_object(out);
}

void json_call(struct json_out *out, const struct call *call,
	       const struct netns *netns)
{
	json_open_object(out, NULL);
	put_fields(out, &call_set, call);
	put_endpoint(out, "asked", HAS(call, CALL_ADDR), &call->addr,
		     HAS(call, CALL_PORT), call->port);
	if (HAS(call, CALL_CALLER))
		put_object(out, "caller", &owner_set, &call->caller);
	if (netns)
		json_number(out, "netns", netns->inode);
	put_netns_name(out, netns);
	json_close_object(out);
}

void json_config(struct json_out *out, const struct config *config)
{
	unsigned int what;

	json_open_object(out, NULL);
	put_fields(out, &config_set, config);
	json_open_array(out, "events");
	for (what = 0; what < __SOCKLEDGER_WHAT_MAX; what++)
		if (config->events >> what & 1)
			json_word(out, NULL, sl_what_name(what));
	json_close_array(out);
	json_close_object(out);
}

static void put_party(struct json_out *out, const struct party *party)
{
	put_fields(out, &party_set, party);
	put_endpoint(out, "local", HAS(party, ENTRY_LOCAL_ADDR),
		     &party->local_addr, HAS(party, ENTRY_LOCAL_PORT),
		     party->local_port);
	put_endpoint(out, "remote", HAS(party, ENTRY_REMOTE_ADDR),
		     &party->remote_addr, HAS(party, ENTRY_REMOTE_PORT),
		     party->remote_port);
}

void json_notice(struct json_out *out, const struct notice *notice)
{
	json_open_object(out, NULL);
	put_fields(out, &notice_set, notice);
	if (notice->party)
		put_party(out, notice->party);
	json_close_object(out);
}
