// SPDX-License-Identifier: MIT
// Routes as a file has them, from TOML to what their outputs get, in virtual time. Inputs and
// outputs are made for the names that the routes ask for. After each event all ledgers are exact.
#pragma once

#include "tests/kernel/daemon/event_notation.hpp"
#include "tests/kernel/flow/flow_support.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::test {

class route_case final : private flow::unsupported_observer {
public:
    static constexpr std::uint32_t midi = flow::test::takes_midi;
    static constexpr std::uint32_t osc = flow::test::takes_osc;

    // `protocols`: what all outputs take. Requires that the file is in order.
    explicit route_case(const std::string& routes, std::uint32_t protocols = midi);

    // What left at once, in the order in which it left.
    std::vector<std::string> send(std::string_view event, const flow::test::stamp& with = {});
    // What leaves within so many milliseconds: each with when, "+500ms MIDI note_off 1 60 64".
    std::vector<std::string> wait(std::int64_t ms);

    flow::test::flow_under_test flow;
    std::string last_why; // of the last event that could not be translated
    int last_route = -1;  // and the number of its route
    std::vector<std::string> output_names;

private:
    void unsupported(std::uint16_t, std::uint16_t, std::string_view,
                     std::string_view) noexcept override {}
    void untranslatable(std::uint16_t input, std::uint16_t route, std::string_view address,
                        const flow::made_event& why) noexcept override;
    std::vector<std::string> taken();
};

// The text of a route from the input "in" to the output "out", with these settings.
[[nodiscard]] inline std::string route(const std::string& rest) {
    return "[[route]]\nfrom = \"in\"\nto = \"out\"\n" + rest + "\n";
}

// Of an event that is due so many milliseconds from now.
[[nodiscard]] inline flow::test::stamp in_ms(const route_case& test, std::int64_t ms) {
    return {.due_ns = test.flow.clock.now_ns() + ms * flow::test::ms_ns};
}

// What the loader says of a file with these routes: its diagnostics as they are shown.
[[nodiscard]] std::string complaints_of(const std::string& routes);

} // namespace tactus::test
