// SPDX-License-Identifier: MIT
#include "plugins/websocket_in/first_message.hpp"
#include "plugins/websocket_in/frames.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace websocket_in;

namespace {

const std::string token = "correct-horse-battery";

bool is_taken(std::string text, const std::string& by = token) {
    const access_policy policy({"127.0.0.1", {}, {}, by});
    const std::size_t size = text.size();
    text.resize(size + frame_reader::padding);
    return says_token({reinterpret_cast<const std::uint8_t*>(text.data()), size}, policy);
}

std::string saying(const std::string& with) {
    return R"({"tactus": "token", "token": ")" + with + "\"}";
}

} // namespace

TEST_CASE("a token is taken however its JSON is written") {
    const auto text = GENERATE_COPY(values<std::string>(
        {saying(token), R"({"tactus":"token","token":"correct-horse-battery"})",
         R"({"token": "correct-horse-battery", "tactus": "token"})",
         R"({"tactus": "token", "token": "correct\u002dhorse-battery"})",
         R"({"client": [1], "tactus": "token", "token": ")" + token + "\"}\n"}));

    CAPTURE(text);
    CHECK(is_taken(text));
}

TEST_CASE("what is not the right token in the right form is not taken") {
    const auto text =
        GENERATE_COPY(values<std::string>({"",
                                           " ",
                                           "{}",
                                           "[]",
                                           token,
                                           "\"" + token + "\"",
                                           saying(""),
                                           saying("correct-horse"),
                                           saying(token + "x"),
                                           saying("Correct-horse-battery"),
                                           saying(token + " "),
                                           saying(token + R"(\u0000)"),
                                           saying(token) + "x",
                                           saying(token) + saying(token),
                                           "[" + saying(token) + "]",
                                           R"({"tactus": "token"})",
                                           R"({"token": ")" + token + "\"}",
                                           R"({"tactus": "ping", "token": ")" + token + "\"}",
                                           R"({"tactus": 1, "token": ")" + token + "\"}",
                                           R"({"tactus": "token", "token": 1})",
                                           R"({"tactus": "token", "token": [")" + token + "\"]}",
                                           R"({"tactus": "token", "token": null})",
                                           R"({"tactus": "token", "token": ")" + token,
                                           std::string(first_message_bytes_max, '[')}));

    CAPTURE(text);
    CHECK_FALSE(is_taken(text));
}

TEST_CASE("the longest token and the longest message are taken") {
    const std::string longest(128, 'x');
    REQUIRE(is_token(longest));
    std::string padded = saying(longest);
    padded.append(first_message_bytes_max - padded.size(), ' ');

    CHECK(is_taken(padded, longest));
}
