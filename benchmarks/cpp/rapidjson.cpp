// SPDX-License-Identifier: MIT
//
// rapidjson WORK FOLDER: decodes pages into rapidjson's values, and those into columns.
#define RAPIDJSON_SSE2
#include <rapidjson/document.h>

#include <cstdlib>
#include <cstring>
#include <vector>

#include "../c/decode.h"
#include "../c/worker.h"

using Document = rapidjson::GenericDocument<rapidjson::UTF8<>, rapidjson::MemoryPoolAllocator<>>;

static int64_t number(const rapidjson::Value &value) {
    return value.IsString() ? std::strtoll(value.GetString(), nullptr, 10) : value.GetInt64();
}

static text view(const rapidjson::Value &value) { return {value.GetString(), value.GetStringLength()}; }

template <size_t size> static bool is(const rapidjson::Value &name, const char (&expected)[size]) {
    return name.GetStringLength() == size - 1 && std::memcmp(name.GetString(), expected, size - 1) == 0;
}

static void decode(const char *page, size_t length, columns *into) {
    // Both are used again for each page: what the columns point to lies in them.
    static std::vector<char> pool(8 << 20), copy(1 << 20);
    static rapidjson::MemoryPoolAllocator<> allocator(pool.data(), pool.size());
    allocator.Clear();
    std::memcpy(copy.data(), page, length + 1);
    Document rows(&allocator);
    rows.ParseInsitu<rapidjson::kParseValidateEncodingFlag>(copy.data());
    if (rows.HasParseError() || !rows.IsArray()) fail("rapidjson");
    size_t i = 0;
    for (const auto &row : rows.GetArray()) {
        for (int f = 0; f < TEXTS; f++) into->texts[f][i].bytes = nullptr;
        for (const auto &field : row.GetObject()) {
            const auto &name = field.name;
            const auto &value = field.value;
            switch (name.GetString()[0]) {
            case 'i':
                if (is(name, "id")) into->numbers[ID][i] = number(value);
                else if (is(name, "ip")) into->texts[IP][i] = view(value);
                break;
            case 'a':
                if (is(name, "action_date")) into->texts[ACTION_DATE][i] = view(value);
                else if (is(name, "action_type")) into->texts[ACTION_TYPE][i] = view(value);
                else if (is(name, "additional_data")) into->texts[ADDITIONAL_DATA][i] = view(value);
                break;
            case 'c':
                if (is(name, "contact_id")) into->numbers[CONTACT_ID][i] = number(value);
                else if (is(name, "campaign_id")) into->numbers[CAMPAIGN_ID][i] = number(value);
                break;
            case 'r':
                if (is(name, "remarks")) into->texts[REMARKS][i] = view(value);
                break;
            }
        }
        i++;
    }
    into->rows = i;
}

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    serve_decoder(decode, argv[1], argv[2]);
}
