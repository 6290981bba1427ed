/* SPDX-License-Identifier: MIT
 * Sixteen bytes at a time, which Swift's SIMD types can't turn into a bit mask. */
#ifndef INWISE_CBYTESCAN_SHIM_H
#define INWISE_CBYTESCAN_SHIM_H

#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#endif

/* How many of the 16 bytes, from the first on, a JSON string holds as they are: all before a quote, a backslash, a
 * control character or a byte beyond ASCII. */
static inline long inwise_plain16(const void *bytes) {
#if defined(__SSE2__)
    const __m128i text = _mm_loadu_si128((const __m128i *)bytes);
    /* Signed: bytes beyond ASCII are below the space too. */
    const __m128i special = _mm_or_si128(
        _mm_cmplt_epi8(text, _mm_set1_epi8(0x20)),
        _mm_or_si128(_mm_cmpeq_epi8(text, _mm_set1_epi8('"')), _mm_cmpeq_epi8(text, _mm_set1_epi8('\\'))));
    return __builtin_ctz((uint32_t)_mm_movemask_epi8(special) | 0x10000);
#elif defined(__ARM_NEON) && defined(__aarch64__)
    const int8x16_t text = vld1q_s8((const int8_t *)bytes);
    const uint8x16_t special = vorrq_u8(
        vcltq_s8(text, vdupq_n_s8(0x20)), vorrq_u8(vceqq_s8(text, vdupq_n_s8('"')), vceqq_s8(text, vdupq_n_s8('\\'))));
    /* Four bits a byte. */
    const uint64_t bits = vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(special), 4)), 0);
    return bits == 0 ? 16 : __builtin_ctzll(bits) / 4;
#else
    const signed char *text = (const signed char *)bytes;
    long count = 0;
    while (count < 16 && text[count] >= 0x20 && text[count] != '"' && text[count] != '\\') count++;
    return count;
#endif
}

/* Has the processor fetch what will soon be read; the address need not be a valid one. */
static inline void inwise_prefetch(const void *address) { __builtin_prefetch(address); }

#endif
