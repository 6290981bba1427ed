// SPDX-License-Identifier: MIT
//
// What both ways of decoding with simdjson On-Demand do with a value.
#pragma once

#include <simdjson.h>

#include <string_view>

#include "../c/decode.h"
#include "../c/worker.h"

using namespace simdjson;

using found = simdjson_result<ondemand::value>;

static ondemand::parser parser;

static inline void check(error_code error) {
    if (error) fail(error_message(error));
}

static inline void read(found value, text &into) {
    std::string_view view;
    check(value.get_string().get(view));
    into = {view.data(), view.size()};
}

static inline void read(found value, int64_t &into) { check(value.get_int64().get(into)); }
