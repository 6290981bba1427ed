/* SPDX-License-Identifier: MIT
 * libcurl's option calls are variadic, which Swift can't call: one inline function for each kind of value. */
#ifndef INWISE_CCURL_SHIM_H
#define INWISE_CCURL_SHIM_H

#include <curl/curl.h>

typedef size_t (*inwise_curl_write_fn)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode inwise_curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode inwise_curl_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode inwise_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode inwise_curl_set_write(CURL *easy, inwise_curl_write_fn write, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, write);
    return code == CURLE_OK ? curl_easy_setopt(easy, CURLOPT_WRITEDATA, context) : code;
}
static inline CURLcode inwise_curl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode inwise_curl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLMcode inwise_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
/* The message's result is in a union, which Swift shows only as raw storage. */
static inline CURLcode inwise_curl_message_result(const CURLMsg *message) {
    return message->data.result;
}

#endif
