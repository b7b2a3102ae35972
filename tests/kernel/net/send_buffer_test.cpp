// SPDX-License-Identifier: MIT
// Bytes that wait until the system takes them.
#include "kernel/net/send_buffer.hpp"
#include "tests/support/catch.hpp"

#include <vector>

namespace {

using tactus::net::send_buffer;

std::vector<std::uint8_t> all_of(const send_buffer& buffer) {
    const auto rest = buffer.rest();
    return {rest.begin(), rest.end()};
}

TEST_CASE("bytes leave in the order in which they came") {
    send_buffer buffer;
    CHECK(buffer.is_empty());
    buffer.append(std::vector<std::uint8_t>{1, 2, 3});
    buffer.remove_first(2);
    buffer.append(std::vector<std::uint8_t>{4});
    CHECK(all_of(buffer) == std::vector<std::uint8_t>{3, 4});
    buffer.remove_first(1);
    buffer.append(std::vector<std::uint8_t>{5, 6});
    CHECK(all_of(buffer) == std::vector<std::uint8_t>{4, 5, 6});
    buffer.remove_first(3);
    CHECK(buffer.is_empty());
}

TEST_CASE("more than it keeps when empty passes through it") {
    send_buffer buffer;
    const std::vector<std::uint8_t> many(2 * send_buffer::kept_bytes, 7);
    buffer.append(many);
    CHECK(buffer.size() == many.size());
    buffer.remove_first(many.size());
    CHECK(buffer.is_empty());
    buffer.append(std::vector<std::uint8_t>{1});
    CHECK(all_of(buffer) == std::vector<std::uint8_t>{1});
    buffer.clear();
    CHECK(buffer.is_empty());
}

} // namespace
