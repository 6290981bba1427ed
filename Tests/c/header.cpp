// SPDX-License-Identifier: MIT
// The header from C++: the functions link, the statuses have their numbers, handles are types of their own.
#include <inwise.h>

#include <cstdint>
#include <cstring>
#include <type_traits>

static_assert(INWISE_OK == 0 && INWISE_DONE == 1 && INWISE_ERR_ARGUMENT == -1, "numbers never change");
static_assert(INWISE_ERR_INTERNAL == -14, "numbers never change");
static_assert(std::is_same<inwise_status, std::int32_t>::value, "a status has 32 bits");
static_assert(!std::is_convertible<inwise_client *, inwise_cursor *>::value, "handles are types of their own");
static_assert(std::is_same<decltype(&inwise_free), void (*)(char *)>::value, "who owns a text");

int main() {
    inwise_client *client = nullptr;
    char *text = nullptr;
    if (inwise_open("nonsense", nullptr, &client, &text) != INWISE_ERR_ARGUMENT || client != nullptr || text == nullptr) return 1;
    inwise_free(text);
    return std::strcmp(inwise_version(), INWISE_VERSION);
}
