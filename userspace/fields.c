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
	case FIELD_LIST:
		return true;
	case FIELD_ADDRESS:
		return length == 4 || length == 16;
	default:
		return length == payload_size[field->kind];
	}
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
	case FIELD_LIST:
		break;
	case FIELD_BOOL:
		*(bool *)to = mnl_attr_get_u8(attr);
		break;
	case FIELD_U8:
		*(uint8_t *)to = mnl_attr_get_u8(attr);
		break;
	case FIELD_U16:
		*(uint16_t *)to = mnl_attr_get_u16(attr);
		break;
	case FIELD_U32:
	case FIELD_ERRNO:
		*(uint32_t *)to = mnl_attr_get_u32(attr);
		break;
	case FIELD_U64:
		*(uint64_t *)to = mnl_attr_get_u64(attr);
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
	const struct nlattr *tb[FIELD_ATTR_MAX + 1];
	const struct field *field;
	const struct nlattr *attr;
	uint64_t *has = object, there = 0;
	uint16_t type;

	mnl_attr_for_each_payload(attrs, length) {
		type = mnl_attr_get_type(attr);
		if (type > FIELD_ATTR_MAX)
			continue;
		tb[type] = attr;
		there |= 1ULL << type;
	}
	for (field = set->fields; field->attr; field++) {
		if (!(there & 1ULL << field->attr))
			continue;
		attr = tb[field->attr];
		if (!valid(field, attr))
			return refuse(set, field->attr, fault);
		if (take(field, attr, object, fault))
			return -1;
		*has |= 1ULL << field->attr;
	}
	return 0;
}

static void *add_item(struct field_list *list)
{
	void *item;

	if (list->count == list->room) {
		list->room = list->room ? 2 * list->room : 16;
		list->items = memory_array(list->items, list->room,
					   list->size);
	}
	item = (uint8_t *)list->items + list->count++ * list->size;
	return memset(item, 0, list->size);
}

int fields_decode_lists(struct field_list *lists, size_t n, const void *attrs,
			size_t length, struct field_fault *fault)
{
	const struct nlattr *attr;
	uint16_t type;
	size_t i;

	mnl_attr_for_each_payload(attrs, length) {
		type = mnl_attr_get_type(attr);
		for (i = 0; i < n; i++)
			if (type == lists[i].attr &&
			    fields_decode(lists[i].set,
					  mnl_attr_get_payload(attr),
					  mnl_attr_get_payload_len(attr),
					  add_item(&lists[i]), fault))
				return -1;
	}
	return 0;
}

enum status fields_complain(const char *what, const struct field_fault *fault)
{
	return complain("cannot read %s from the kernel: attribute %u of %s has a wrong length",
			what, fault->attr, fault->set);
}
