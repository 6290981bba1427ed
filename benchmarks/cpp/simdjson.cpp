// SPDX-License-Identifier: MIT
//
// simdjson ordered|any WORK FOLDER: decodes pages with simdjson On-Demand into columns, the fastest way found.
//
// ordered wants the vendor's keys in the vendor's order and ends the program otherwise; any takes any order, unknown
// fields, and ids as strings. Fields are iterated and their raw keys compared: faster than what
// simdjson_lookup.cpp does. That the small helpers pass simdjson's own results by value, and may or may not be inlined, matters: gcc
// else copies small structs in a way that makes the processor wait, at twice the time.
// simdjson picks the instructions for this machine at run time, both for finding structure and for strings.
#include <cstring>

#include "simdjson_values.h"

__attribute__((noinline, cold)) static int64_t quoted_integer(found value) {
    int64_t integer;
    check(value.get_int64_in_string().get(integer));
    return integer;
}

static inline void read_any(found value, int64_t &into) {
    if (simdjson_unlikely(value.get_int64().get(into) != SUCCESS)) into = quoted_integer(value);
}

template <size_t size> static simdjson_inline bool is(const char *key, const char (&name)[size]) {
    return std::memcmp(key, name, size - 1) == 0 && key[size - 1] == '"';
}

template <size_t size> static simdjson_inline void expect(const char *key, const char (&name)[size]) {
    if (!is(key, name)) fail(name);
}

static simdjson_inline void ordered_field(int position, const char *key, found value, columns *into, size_t row) {
    switch (position) {
    case 0: expect(key, "id"); return read(value, into->numbers[ID][row]);
    case 1: expect(key, "action_date"); return read(value, into->texts[ACTION_DATE][row]);
    case 2: expect(key, "contact_id"); return read(value, into->numbers[CONTACT_ID][row]);
    case 3: expect(key, "campaign_id"); return read(value, into->numbers[CAMPAIGN_ID][row]);
    case 4: expect(key, "ip"); return read(value, into->texts[IP][row]);
    case 5: expect(key, "action_type"); return read(value, into->texts[ACTION_TYPE][row]);
    default:
        if (is(key, "remarks")) return read(value, into->texts[REMARKS][row]);
        expect(key, "additional_data");
        return read(value, into->texts[ADDITIONAL_DATA][row]);
    }
}

static simdjson_inline void any_field(int, const char *key, found value, columns *into, size_t row) {
    switch (key[0]) {
    case 'i':
        if (is(key, "id")) read_any(value, into->numbers[ID][row]);
        else if (is(key, "ip")) read(value, into->texts[IP][row]);
        return;
    case 'a':
        if (is(key, "action_date")) read(value, into->texts[ACTION_DATE][row]);
        else if (is(key, "action_type")) read(value, into->texts[ACTION_TYPE][row]);
        else if (is(key, "additional_data")) read(value, into->texts[ADDITIONAL_DATA][row]);
        return;
    case 'c':
        if (is(key, "contact_id")) read_any(value, into->numbers[CONTACT_ID][row]);
        else if (is(key, "campaign_id")) read_any(value, into->numbers[CAMPAIGN_ID][row]);
        return;
    case 'r':
        if (is(key, "remarks")) read(value, into->texts[REMARKS][row]);
    }
}

template <void (*field_read)(int, const char *, found, columns *, size_t)>
static void decode(const char *page, size_t length, columns *into) {
    ondemand::document document;
    ondemand::array rows;
    check(parser.iterate(page, length, length + SIMDJSON_PADDING).get(document));
    check(document.get_array().get(rows));
    size_t row = 0;
    for (auto element : rows) {
        ondemand::object fields;
        check(element.get_object().get(fields));
        into->texts[REMARKS][row].bytes = into->texts[ADDITIONAL_DATA][row].bytes = nullptr;
        int position = 0;
        for (auto field : fields) {
            ondemand::raw_json_string key;
            check(field.key().get(key));
            field_read(position++, key.raw(), field.value(), into, row);
        }
        row++;
    }
    into->rows = row;
}

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    serve_decoder(std::strcmp(argv[1], "any") ? decode<ordered_field> : decode<any_field>, argv[2], argv[3]);
}
