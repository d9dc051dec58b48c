// SPDX-License-Identifier: GPL-2.0
#include "fields.h"
#include "address.h"
#include "memory.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <stdlib.h>
#include <string.h>

static const uint16_t payload_size[] = {
	[FIELD_FLAG]	= 0,
	[FIELD_BOOL]	= sizeof(uint8_t),
	[FIELD_U8]	= sizeof(uint8_t),
	[FIELD_U16]	= sizeof(uint16_t),
	[FIELD_PORT]	= sizeof(uint16_t),
	[FIELD_U32]	= sizeof(uint32_t),
	[FIELD_ERRNO]	= sizeof(uint32_t),
	[FIELD_U64]	= sizeof(uint64_t),
};

static bool valid(const struct field *field, const struct nlattr *attr)
{
	uint16_t length = mnl_attr_get_payload_len(attr);

	switch (field->kind) {
	case FIELD_STRING:
	case FIELD_NEST:
		return true;
	case FIELD_ADDRESS:
		return length == 4 || length == 16;
	default:
		return length == payload_size[field->kind];
	}
}

static const struct field *find(const struct field_set *set, uint16_t attr)
{
	const struct field *field;

	for (field = set->fields; field->attr; field++)
		if (field->attr == attr)
			return field;
	return NULL;
}

static void take_string(char *to, size_t size, const struct nlattr *attr)
{
	size_t length = strnlen(mnl_attr_get_payload(attr),
				mnl_attr_get_payload_len(attr));

	if (length >= size)
		length = size - 1;
	memcpy(to, mnl_attr_get_payload(attr), length);
	to[length] = '\0';
}

static int take(const struct field *field, const struct nlattr *attr,
		uint8_t *object, struct field_fault *fault)
{
	void *to = object + field->offset;

	switch (field->kind) {
	case FIELD_FLAG:
		break;
	case FIELD_BOOL:
		*(bool *)to = mnl_attr_get_u8(attr);
		break;
	case FIELD_PORT:
		*(uint16_t *)to = ntohs(mnl_attr_get_u16(attr));
		break;
	case FIELD_STRING:
		take_string(to, field->size, attr);
		break;
	case FIELD_ADDRESS:
		address_set(to, mnl_attr_get_payload(attr),
			    mnl_attr_get_payload_len(attr));
		break;
	case FIELD_NEST:
		return fields_decode(field->nested, mnl_attr_get_payload(attr),
				     mnl_attr_get_payload_len(attr), to, fault);
	default:
		memcpy(to, mnl_attr_get_payload(attr),
		       payload_size[field->kind]);
	}
	return 0;
}

static int refuse(const struct field_set *set, uint16_t attr,
		  struct field_fault *fault)
{
	fault->set = set->name;
	fault->attr = attr;
	return -1;
}

int fields_decode(const struct field_set *set, const void *attrs,
		  size_t length, void *object, struct field_fault *fault)
{
	const struct nlattr *tb[FIELD_ATTR_MAX + 1] = { NULL };
	const struct field *field;
	const struct nlattr *attr;
	uint64_t *has = object;

	mnl_attr_for_each_payload(attrs, length) {
		field = find(set, mnl_attr_get_type(attr));
		if (!field)
			continue;
		if (!valid(field, attr))
			return refuse(set, field->attr, fault);
		tb[field->attr] = attr;
	}
	for (field = set->fields; field->attr; field++) {
		if (!tb[field->attr])
			continue;
		if (take(field, tb[field->attr], object, fault))
			return -1;
		*has |= 1ULL << field->attr;
	}
	return 0;
}

int fields_decode_list(const struct field_set *set, uint16_t attr_type,
		       const void *attrs, size_t length, size_t size,
		       void **ret, size_t *count, struct field_fault *fault)
{
	const struct nlattr *attr;
	uint8_t *list = NULL;
	size_t used = 0, room = 0;

	mnl_attr_for_each_payload(attrs, length) {
		if (mnl_attr_get_type(attr) != attr_type)
			continue;
		if (used == room) {
			room = room ? 2 * room : 16;
			list = memory_array(list, room, size);
		}
		memset(list + used * size, 0, size);
		if (fields_decode(set, mnl_attr_get_payload(attr),
				  mnl_attr_get_payload_len(attr),
				  list + used * size, fault)) {
			free(list);
			return -1;
		}
		used++;
	}
	*ret = list;
	*count = used;
	return 0;
}

enum status fields_complain(const char *what, const struct field_fault *fault)
{
	return complain("cannot read %s from the kernel: attribute %u of %s has a wrong length",
			what, fault->attr, fault->set);
}
