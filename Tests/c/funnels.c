/* SPDX-License-Identifier: MIT
 * Funnels as bytes and back, and bytes that are no funnel. Runs under valgrind as well: nothing may leak. */
#include "contract.h"

/* A funnel as bytes and back, and bytes that are none. */
static void check_saved_funnels(void) {
    static const char rows[] = "[{\"campaign_id\":7,\"contact_id\":5,\"action_type\":\"emailOpened\",\"action_date\":\"2024-09-02\"}]";
    inwise_funnel *funnel = NULL, *loaded = (inwise_funnel *)(void *)untouched;
    unsigned char *bytes = (unsigned char *)untouched, *again = NULL;
    size_t length = 0, length_again = 0, cut;
    char *text = untouched, *copy = untouched;
    CHECK(inwise_funnel_create(NULL, &funnel, NULL) == INWISE_OK);
    CHECK(inwise_funnel_add(funnel, "activities", rows, sizeof rows - 1, NULL) == INWISE_OK);

    CHECK(inwise_funnel_save(funnel, NULL, &length) == INWISE_ERR_ARGUMENT && length == 0);
    CHECK(inwise_funnel_save(funnel, &bytes, NULL) == INWISE_ERR_ARGUMENT && bytes == NULL);
    CHECK(inwise_funnel_save(funnel, NULL, NULL) == INWISE_ERR_ARGUMENT);
    CHECK(inwise_funnel_save(funnel, &bytes, &length) == INWISE_OK && bytes != NULL && length > 32);

    CHECK(inwise_funnel_load(bytes, length, &loaded, &text) == INWISE_OK && text == NULL);
    CHECK(inwise_funnel_save(loaded, &again, &length_again) == INWISE_OK);
    CHECK(length_again == length && again != NULL && memcmp(bytes, again, length) == 0);
    CHECK(inwise_funnel_summary(funnel, "{\"group_by\":\"day\"}", &text) == INWISE_OK);
    CHECK(inwise_funnel_summary(loaded, "{\"group_by\":\"day\"}", &copy) == INWISE_OK);
    CHECK(text != NULL && copy != NULL && strcmp(text, copy) == 0 && strstr(text, "\"day\":\"2024-09-02\"") != NULL);
    inwise_free(text);
    inwise_free(copy);
    CHECK(inwise_funnel_close(loaded) == INWISE_OK);

    for (cut = 0; cut < length; cut++) {
        loaded = (inwise_funnel *)(void *)untouched;
        text = untouched;
        CHECK(inwise_funnel_load(bytes, cut, &loaded, &text) == INWISE_ERR_ARGUMENT && loaded == NULL);
        CHECK(is_error(text, INWISE_ERR_ARGUMENT));
        bytes[cut] ^= 1;
        CHECK(inwise_funnel_load(bytes, length, &loaded, NULL) == INWISE_ERR_ARGUMENT && loaded == NULL);
        bytes[cut] ^= 1;
    }
    text = untouched;
    CHECK(inwise_funnel_load(NULL, 0, &loaded, &text) == INWISE_ERR_ARGUMENT && loaded == NULL);
    CHECK(is_error(text, INWISE_ERR_ARGUMENT));
    CHECK(inwise_funnel_load(bytes, (size_t)-1, &loaded, NULL) == INWISE_ERR_ARGUMENT && loaded == NULL);
    text = untouched;
    CHECK(inwise_funnel_load(bytes, length, NULL, &text) == INWISE_ERR_ARGUMENT);
    CHECK(is_error(text, INWISE_ERR_ARGUMENT));
    CHECK(inwise_funnel_load(NULL, 7, NULL, NULL) == INWISE_ERR_ARGUMENT);

    CHECK(inwise_funnel_close(funnel) == INWISE_OK);
    inwise_free_bytes(again);
    inwise_free_bytes(bytes); /* after its funnel */
    inwise_free_bytes(NULL);
}

int main(void) {
    check_saved_funnels();
    return checks_done();
}
