// SPDX-License-Identifier: MIT
#include <tactus/cpp/osc_address.hpp>

#include <string>

#include "tests/support/catch.hpp"

using namespace tactus;

TEST_CASE("an address begins with a slash and holds anything but control characters") {
    for (const char* const good :
         {"/", "/a", "/a/b_1.2", "//", "/~!$%&'()+-:;<=>@^,|\\\"`", "/a b", "/ ", "/#bundle",
          "/\xc3\xbc", "/\xe6\x97\xa5", "/\xf0\x9f\x8e\xb9", "/\xe9", "/\xc2", "/\xc2\xa0"}) {
        CAPTURE(good);
        CHECK(is_osc_address(good));
        CHECK(is_plain_osc_address(good));
    }
    for (const char* const bad : {"", "a", "a/b", " /a", "#bundle", "/a\x7f", "/a\x1f", "/a\n",
                                  "/\t", "/\xc2\x80", "/a\xc2\x9f"}) {
        CAPTURE(bad);
        CHECK_FALSE(is_osc_address(bad));
        CHECK_FALSE(is_plain_osc_address(bad));
    }
    CHECK_FALSE(is_osc_address(std::string_view("/a\0", 3)));
}

TEST_CASE("each byte is judged the same wherever it stands, in short and long texts") {
    for (std::size_t size = 1; size <= 20; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string text(size, 'a');
                text[at] = static_cast<char>(byte);
                if (has_control_character(text) != (byte < 0x20 || byte == 0x7F)) {
                    FAIL("byte " << byte << " at " << at << " of " << size);
                }
            }
        }
    }
    for (std::size_t before = 0; before < 18; ++before) {
        const std::string text(before, 'a');
        CHECK(has_control_character(text + "\xc2\x80"));
        CHECK(has_control_character(text + "\xc2\x9f" + "aaaaaaaaaaaaaaaa"));
        CHECK_FALSE(has_control_character(text + "\xc2\xa0"));
        CHECK_FALSE(has_control_character(text + "\xc3\x80"));
    }
}

TEST_CASE("a pattern is an address, but no plain one") {
    for (const char* const pattern : {"/*", "/a?", "/[a-c]", "/a]", "/{a,b}", "/a}"}) {
        CAPTURE(pattern);
        CHECK(is_osc_address(pattern));
        CHECK_FALSE(is_plain_osc_address(pattern));
    }
}

TEST_CASE("an address is as long as its limit says and not one longer") {
    std::string address(osc_address_size_max, 'a');
    address[0] = '/';

    CHECK(is_osc_address(address));
    CHECK_FALSE(is_osc_address(address + "a"));
}
