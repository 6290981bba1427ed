// SPDX-License-Identifier: MIT
//
// simdjson_lookup find|lookup WORK FOLDER: decodes pages with simdjson On-Demand into columns, as its documentation shows:
// find_field for keys in order, object["key"] for keys in any order.
//
// Not in one file with simdjson.cpp: what gcc inlines there changes with what else there is, and its time with it.
#include "simdjson_values.h"

static inline void read_any(found value, int64_t &into) {
    if (simdjson_unlikely(value.get_int64().get(into) != SUCCESS)) check(value.get_int64_in_string().get(into));
}

static inline bool is_there(found value, text &into) {
    std::string_view view;
    const error_code error = value.get_string().get(view);
    if (error == NO_SUCH_FIELD) return false;
    check(error);
    into = {view.data(), view.size()};
    return true;
}

static inline void find(ondemand::object &fields, columns *into, size_t row) {
    read(fields.find_field("id"), into->numbers[ID][row]);
    read(fields.find_field("action_date"), into->texts[ACTION_DATE][row]);
    read(fields.find_field("contact_id"), into->numbers[CONTACT_ID][row]);
    read(fields.find_field("campaign_id"), into->numbers[CAMPAIGN_ID][row]);
    read(fields.find_field("ip"), into->texts[IP][row]);
    read(fields.find_field("action_type"), into->texts[ACTION_TYPE][row]);
    // find_field loses its place over a key that isn't there.
    is_there(fields["remarks"], into->texts[REMARKS][row]);
    is_there(fields["additional_data"], into->texts[ADDITIONAL_DATA][row]);
}

static inline void look_up(ondemand::object &fields, columns *into, size_t row) {
    read_any(fields["id"], into->numbers[ID][row]);
    read(fields["action_date"], into->texts[ACTION_DATE][row]);
    read_any(fields["contact_id"], into->numbers[CONTACT_ID][row]);
    read_any(fields["campaign_id"], into->numbers[CAMPAIGN_ID][row]);
    read(fields["ip"], into->texts[IP][row]);
    read(fields["action_type"], into->texts[ACTION_TYPE][row]);
    is_there(fields["remarks"], into->texts[REMARKS][row]);
    is_there(fields["additional_data"], into->texts[ADDITIONAL_DATA][row]);
}

template <void (*row_read)(ondemand::object &, columns *, size_t)>
static void decode_rows(const char *page, size_t length, columns *into) {
    ondemand::document document;
    ondemand::array rows;
    check(parser.iterate(page, length, length + SIMDJSON_PADDING).get(document));
    check(document.get_array().get(rows));
    size_t row = 0;
    for (auto element : rows) {
        ondemand::object fields;
        check(element.get_object().get(fields));
        into->texts[REMARKS][row].bytes = into->texts[ADDITIONAL_DATA][row].bytes = nullptr;
        row_read(fields, into, row++);
    }
    into->rows = row;
}

int main(int argc, char **argv) {
    if (argc < 4) return 2;
    serve_decoder(std::string_view(argv[1]) == "find" ? decode_rows<find> : decode_rows<look_up>, argv[2], argv[3]);
}
