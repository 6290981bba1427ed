/* SPDX-License-Identifier: MIT
 *
 * jansson WORK FOLDER: decodes pages into jansson's values, and those into columns.
 */
#include "decode.h"
#include "jansson_page.h"

int main(int argc, char **argv) {
    if (argc < 3) return 2;
    serve_decoder(jansson_page, argv[1], argv[2]);
    return 0;
}
