// SPDX-License-Identifier: MIT
#include "kernel/cli/line_pacer.hpp"

#include "tests/support/catch.hpp"

namespace tactus::cli {
namespace {

constexpr std::int64_t begin_ns = 1'000'000'000;
constexpr auto limit = line_pacer::lines_a_second;

// How many of so many lines are admitted, all at one moment.
std::uint32_t admitted(line_pacer& pacer, std::uint32_t lines, std::int64_t now_ns) {
    std::uint32_t n = 0;
    for (std::uint32_t i = 0; i < lines; ++i) {
        n += pacer.admit(now_ns) ? 1u : 0u;
    }
    return n;
}

TEST_CASE("lines up to the limit are shown at once") {
    line_pacer pacer;
    REQUIRE(admitted(pacer, limit, begin_ns) == limit);
    REQUIRE_FALSE(pacer.has_skipped());
}

TEST_CASE("lines above the limit are counted until their second is over") {
    line_pacer pacer;
    REQUIRE(admitted(pacer, limit + 123, begin_ns) == limit);
    REQUIRE(pacer.has_skipped());
    REQUIRE(pacer.take_skipped(begin_ns + line_pacer::window_ns - 1) == 0);
    REQUIRE(pacer.take_skipped(begin_ns + line_pacer::window_ns) == 123);
}

TEST_CASE("skipped lines are told once") {
    line_pacer pacer;
    static_cast<void>(admitted(pacer, limit + 1, begin_ns));
    REQUIRE(pacer.take_skipped(begin_ns + line_pacer::window_ns) == 1);
    REQUIRE(pacer.take_skipped(begin_ns + line_pacer::window_ns) == 0);
    REQUIRE_FALSE(pacer.has_skipped());
}

TEST_CASE("the next second has room for the same number again") {
    line_pacer pacer;
    static_cast<void>(admitted(pacer, limit, begin_ns));
    REQUIRE_FALSE(pacer.admit(begin_ns + line_pacer::window_ns - 1));
    REQUIRE(admitted(pacer, limit + 1, begin_ns + line_pacer::window_ns) == limit);
}

TEST_CASE("skipped lines that nobody asked for are not forgotten") {
    line_pacer pacer;
    static_cast<void>(admitted(pacer, limit + 2, begin_ns));
    static_cast<void>(admitted(pacer, limit + 3, begin_ns + 2 * line_pacer::window_ns));
    REQUIRE(pacer.take_skipped(begin_ns + 3 * line_pacer::window_ns) == 5);
}

} // namespace
} // namespace tactus::cli
