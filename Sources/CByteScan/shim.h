/* SPDX-License-Identifier: MIT
 * Many bytes at a time, which Swift's SIMD types can't turn into a bit mask. All of it is inline; there is no library. */
#ifndef INWISE_CBYTESCAN_SHIM_H
#define INWISE_CBYTESCAN_SHIM_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* How many of the 16 bytes, from the first on, a JSON string holds as they are: all before a quote, a backslash or a control
 * character. */
static inline long inwise_plain16(const void *bytes) {
#if defined(__SSE2__)
    const __m128i text = _mm_loadu_si128((const __m128i *)bytes);
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(text, _mm_set1_epi8(0x1F)), text);
    const __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(text, _mm_set1_epi8('"')), _mm_cmpeq_epi8(text, _mm_set1_epi8('\\')));
    return __builtin_ctz((uint32_t)_mm_movemask_epi8(_mm_or_si128(control, ends)) | 0x10000);
#else
    const unsigned char *text = (const unsigned char *)bytes;
    long count = 0;
    while (count < 16 && text[count] >= 0x20 && text[count] != '"' && text[count] != '\\') count++;
    return count;
#endif
}

/* For 64 bytes, bit n says that byte n parts a form's text or is none of it: an ampersand, an equals sign, a percent sign or a NUL. */
static inline uint64_t inwise_form_special64(const void *bytes) {
    uint64_t special = 0;
#if defined(__SSE2__)
    for (int part = 0; part < 4; part++) {
        const __m128i text = _mm_loadu_si128((const __m128i *)bytes + part);
        const __m128i signs = _mm_or_si128(_mm_cmpeq_epi8(text, _mm_set1_epi8('&')), _mm_cmpeq_epi8(text, _mm_set1_epi8('=')));
        const __m128i others = _mm_or_si128(_mm_cmpeq_epi8(text, _mm_set1_epi8('%')), _mm_cmpeq_epi8(text, _mm_setzero_si128()));
        special |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_or_si128(signs, others)) << (16 * part);
    }
#else
    const unsigned char *text = (const unsigned char *)bytes;
    for (int at = 0; at < 64; at++) {
        const unsigned char byte = text[at];
        special |= (uint64_t)(byte == 0 || byte == '&' || byte == '=' || byte == '%') << at;
    }
#endif
    return special;
}

/* Copies a form's text, each plus as the blank that it stands for; up to 15 bytes more are read and written. */
static inline void inwise_form_copy(void *to, const void *from, long count) {
#if defined(__SSE2__)
    for (long at = 0; at < count; at += 16) {
        const __m128i text = _mm_loadu_si128((const __m128i *)((const char *)from + at));
        const __m128i pluses = _mm_and_si128(_mm_cmpeq_epi8(text, _mm_set1_epi8('+')), _mm_set1_epi8('+' ^ ' '));
        _mm_storeu_si128((__m128i *)((char *)to + at), _mm_xor_si128(text, pluses));
    }
#else
    for (long at = 0; at < count; at++) ((char *)to)[at] = ((const char *)from)[at] == '+' ? ' ' : ((const char *)from)[at];
#endif
}

/* What the two hexadecimal digits stand for; negative where they are none. */
static inline int inwise_hex_byte(const void *bytes) {
    /* One more than the value, so that 0 is no digit. */
    static const unsigned char digits[256] = {
        ['0'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ['A'] = 11, 12, 13, 14, 15, 16, ['a'] = 11, 12, 13, 14, 15, 16,
    };
    const unsigned char *text = (const unsigned char *)bytes;
    return (digits[text[0]] - 1) * 16 | (digits[text[1]] - 1);
}

/* How many of the bytes are the one. */
static inline long inwise_count(const void *bytes, long count, char one) {
    const char *text = (const char *)bytes;
    long found = 0, at = 0;
#if defined(__SSE2__)
    __m128i sums = _mm_setzero_si128();
    for (; at + 16 <= count; at += 16) {
        /* -1 in each byte that is equal; the sum of a half stands in its lowest 16 bits. */
        const __m128i equal = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(text + at)), _mm_set1_epi8(one));
        sums = _mm_add_epi64(sums, _mm_sad_epu8(_mm_sub_epi8(_mm_setzero_si128(), equal), _mm_setzero_si128()));
    }
    found = (long)(_mm_cvtsi128_si64(sums) + _mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)));
    if (at < count && count >= 16) {
        /* The last ones, without those that were counted. */
        const __m128i equal = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(text + count - 16)), _mm_set1_epi8(one));
        return found + __builtin_popcount((uint32_t)_mm_movemask_epi8(equal) >> (16 - (count - at)));
    }
#endif
    for (; at < count; at++) found += text[at] == one;
    return found;
}

/* Where a byte first comes in a text; its length where it doesn't. Up to 15 bytes more are read. */
static inline long inwise_find(const void *bytes, long count, char one) {
    const char *text = (const char *)bytes;
    long at = 0;
#if defined(__SSE2__)
    for (; at < count; at += 16) {
        const __m128i equal = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(text + at)), _mm_set1_epi8(one));
        const uint32_t found = (uint32_t)_mm_movemask_epi8(equal);
        if (found == 0) continue;
        at += __builtin_ctz(found);
        return at < count ? at : count;
    }
    return count;
#else
    while (at < count && text[at] != one) at++;
    return at;
#endif
}

/* For 32 bytes, bit n says that byte n is one that a JSON string does not hold as it is: a quote, a backslash or a control
 * character. */
static inline uint32_t inwise_special32(const void *bytes) {
#if defined(__SSE2__)
    uint32_t special = 0;
    for (int half = 0; half < 2; half++) {
        const __m128i text = _mm_loadu_si128((const __m128i *)bytes + half);
        const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(text, _mm_set1_epi8(0x1F)), text);
        const __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(text, _mm_set1_epi8('"')), _mm_cmpeq_epi8(text, _mm_set1_epi8('\\')));
        special |= (uint32_t)_mm_movemask_epi8(_mm_or_si128(control, ends)) << (16 * half);
    }
    return special;
#else
    const unsigned char *text = (const unsigned char *)bytes;
    uint32_t special = 0;
    for (int at = 0; at < 32; at++) special |= (uint32_t)(text[at] < 0x20 || text[at] == '"' || text[at] == '\\') << at;
    return special;
#endif
}

/* For 16 bytes, bit n says that byte n is no decimal digit; the bits above are set. */
static inline uint32_t inwise_nondigits16(const void *bytes) {
#if defined(__SSE2__)
    const __m128i values = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)bytes), _mm_set1_epi8('0'));
    return ~(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(values, _mm_set1_epi8(9)), values));
#else
    const unsigned char *text = (const unsigned char *)bytes;
    uint32_t others = 0xFFFF0000;
    for (int at = 0; at < 16; at++) others |= (uint32_t)(text[at] < '0' || text[at] > '9') << at;
    return others;
#endif
}

/* Whether the 16 bytes are those of name wherever mask has ones; name has zeros elsewhere. */
static inline bool inwise_match16(const void *bytes, const void *name, const void *mask) {
#if defined(__SSE2__)
    const __m128i text = _mm_and_si128(_mm_loadu_si128((const __m128i *)bytes), _mm_loadu_si128((const __m128i *)mask));
    return _mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_loadu_si128((const __m128i *)name))) == 0xFFFF;
#else
    uint64_t text[2], names[2], masks[2];
    memcpy(text, bytes, 16);
    memcpy(names, name, 16);
    memcpy(masks, mask, 16);
    return (((text[0] & masks[0]) ^ names[0]) | ((text[1] & masks[1]) ^ names[1])) == 0;
#endif
}

/* A length up to which the bytes are whole characters of one or two bytes of UTF-8; behind it there may be any. */
static inline long inwise_utf8_prefix(const void *bytes, long count) {
    long at = 0;
#if defined(__SSE2__)
    const char *text = (const char *)bytes;
    /* 1 where the byte before `at` begins a character of two bytes. */
    uint32_t pending = 0;
    while (at + 16 <= count) {
        while (pending == 0 && at + 64 <= count) {
            const __m128i *blocks = (const __m128i *)(text + at);
            const __m128i either = _mm_or_si128(
                _mm_or_si128(_mm_loadu_si128(blocks), _mm_loadu_si128(blocks + 1)),
                _mm_or_si128(_mm_loadu_si128(blocks + 2), _mm_loadu_si128(blocks + 3)));
            if (_mm_movemask_epi8(either) != 0) break;
            at += 64;
        }
        if (at + 16 > count) break;
        const __m128i block = _mm_loadu_si128((const __m128i *)(text + at));
        const uint32_t beyond = (uint32_t)_mm_movemask_epi8(block);
        if ((beyond | pending) != 0) {
            /* As signed numbers: continuations are below C0, such beginnings C2 to DF. */
            const uint32_t continuations = (uint32_t)_mm_movemask_epi8(_mm_cmplt_epi8(block, _mm_set1_epi8(-64)));
            const uint32_t beginnings = (uint32_t)_mm_movemask_epi8(
                _mm_and_si128(_mm_cmpgt_epi8(block, _mm_set1_epi8(-63)), _mm_cmplt_epi8(block, _mm_set1_epi8(-32))));
            if ((continuations | beginnings) != beyond) break;
            if (continuations != ((beginnings << 1 | pending) & 0xFFFF)) break;
            pending = beginnings >> 15;
        }
        at += 16;
    }
    at -= (long)pending;
#else
    (void)bytes;
    (void)count;
#endif
    return at;
}

/* Has the processor fetch what will soon be read; the address need not be a valid one. */
static inline void inwise_prefetch(const void *address) { __builtin_prefetch(address); }

/* The same for what will soon be written. */
static inline void inwise_prefetch_for_writing(const void *address) { __builtin_prefetch(address, 1); }

#endif
