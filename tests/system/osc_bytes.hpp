// SPDX-License-Identifier: MIT
// OSC packets for the system tests, and what is in those that come back.
#pragma once

#include "kernel/codec/osc_reader.hpp"
#include "kernel/codec/osc_writer.hpp"
#include "tests/kernel/codec/wire.hpp"

#include <cstdint>
#include <ctime>
#include <string>
#include <vector>

namespace tactus::test {

inline constexpr std::uint64_t ns_per_s = 1'000'000'000;

// The OSC time tag of so many ns from now, by the wall clock.
inline std::uint64_t time_tag_in(std::int64_t by_ns) {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    const std::uint64_t unix_ns = static_cast<std::uint64_t>(now.tv_sec) * ns_per_s +
                                  static_cast<std::uint64_t>(now.tv_nsec + by_ns);
    const std::uint64_t fraction = ((unix_ns % ns_per_s) << 32) / ns_per_s;
    return ((unix_ns / ns_per_s + 2'208'988'800) << 32) + fraction;
}

// A message of int32 arguments.
inline std::vector<std::uint8_t> osc(const std::string& address, const std::vector<int>& values) {
    std::vector<std::uint8_t> bytes(1024);
    codec::osc_writer writer(bytes);
    const std::string types(values.size(), 'i'); // the writer borrows it
    writer.begin_message(address, types);
    for (const int value : values) {
        writer.int32(value);
    }
    bytes.resize(writer.finish().value());
    return bytes;
}

// The same in a bundle.
inline std::vector<std::uint8_t> osc_at(std::uint64_t time_tag, const std::string& address,
                                        const std::vector<int>& values) {
    return wire::bundle(time_tag, {osc(address, values)});
}

// The int arguments of a message; empty for anything else.
inline std::vector<int> values_of(const std::vector<std::uint8_t>& bytes) {
    std::vector<int> values;
    codec::osc_message message;
    if (codec::parse_message(bytes, message) == codec::osc_error::none) {
        for (const codec::osc_argument& argument : codec::arguments(message)) {
            values.push_back(static_cast<int>(argument.as_int64().value_or(-1)));
        }
    }
    return values;
}

} // namespace tactus::test
