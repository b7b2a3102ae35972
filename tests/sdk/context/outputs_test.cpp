// SPDX-License-Identifier: MIT
#include "tests/sdk/context/probe.hpp"

#include <array>
#include <cstring>

using namespace tactus;
using namespace tactus::testing;

namespace {

class two_a_call {
public:
    static constexpr plugin_info info{"two_a_call", "two", "2", "test", "MIT", "Takes two."};
    static constexpr std::uint32_t protocols =
        protocol_bit(TACTUS_PROTO_OSC) | protocol_bit(TACTUS_PROTO_MIDI);
    static constexpr bool may_block = true;
    static constexpr const char* const interfaces[] = {TACTUS_UDP_0, TACTUS_FD_0};

    send_result send(batch_view batch) noexcept {
        return batch.size() <= 2 ? send_result::all(batch) : send_result(2, TACTUS_E_AGAIN);
    }
};

class needs_an_array {
public:
    static constexpr plugin_info info{"array", "array", "1", "test", "MIT", "Needs an array."};
    static constexpr std::uint32_t protocols = protocol_bit(TACTUS_PROTO_OSC);
    static constexpr std::array interfaces{TACTUS_STREAM_0, TACTUS_FD_0};

    send_result send(batch_view batch) noexcept { return send_result::all(batch); }
};

constexpr tactus_entry entry = detail::entry_of<probe, two_a_call>();

} // namespace

TEST_CASE("an image of two plugins describes both") {
    REQUIRE(entry.n_descriptors == 2);
    CHECK(entry.abi_minor == TACTUS_ABI_MINOR);
    CHECK(entry.descriptors[0]->kinds == TACTUS_KIND_INPUT);
    CHECK(entry.descriptors[1]->kinds == TACTUS_KIND_OUTPUT);
    CHECK(std::string(entry.descriptors[1]->type) == "two");
    CHECK(entry.descriptors[1]->n_options == 0);
    CHECK(entry.descriptors[1]->option_size == sizeof(tactus_option));
}

TEST_CASE("a descriptor names the interfaces that are needed, and ends with NULL") {
    const char* const* needed = entry.descriptors[1]->requires_interfaces;
    CHECK(std::string(needed[0]) == TACTUS_EXEC_0);
    CHECK(std::string(needed[1]) == TACTUS_UDP_0);
    CHECK(std::string(needed[2]) == TACTUS_FD_0);
    CHECK(needed[3] == nullptr);

    const char* const* of_input = entry.descriptors[0]->requires_interfaces;
    CHECK(std::string(of_input[1]) == TACTUS_EMIT_0);
    CHECK(of_input[2] == nullptr);
}

TEST_CASE("a class may name the interfaces that it needs in a std::array") {
    static constexpr auto needed = detail::interfaces_needed<needs_an_array>();
    STATIC_REQUIRE(needed.size() == 5);
    CHECK(std::string(needed[0]) == TACTUS_EXEC_0);
    CHECK(std::string(needed[1]) == TACTUS_STREAM_0);
    CHECK(std::string(needed[2]) == TACTUS_FD_0);
    CHECK(needed[3] == nullptr);
}

TEST_CASE("an output without run lives until it is stopped") {
    test_instance made(entry, "two_a_call");

    CHECK(made.start() == TACTUS_OK);
    CHECK(made.is_running());
    made.stop();

    CHECK(made.host.stopped == TACTUS_OK);
    CHECK(made.host.breaches.empty());
}

TEST_CASE("an output's table says what it takes and how") {
    test_instance made(entry, "two_a_call");
    const auto* output = made.interface<tactus_output_0>(TACTUS_OUTPUT_0);

    REQUIRE(output != nullptr);
    CHECK(output->protocols == 6u);
    CHECK(output->flags == TACTUS_OUT_MAY_BLOCK);
    CHECK(output->ahead_ns == nullptr);
    CHECK(output->flush == nullptr);
}

TEST_CASE("send answers how much was taken and why not more") {
    test_instance made(entry, "two_a_call");
    made.start();
    const auto* output = made.interface<tactus_output_0>(TACTUS_OUTPUT_0);
    tactus_event events[3]{};
    tactus_batch batch{sizeof(tactus_batch), 3, sizeof(tactus_event), 0, events};
    std::uint32_t accepted = 99;

    CHECK(output->send(made.plugin(), &batch, &accepted) == TACTUS_E_AGAIN);
    CHECK(accepted == 2);
    batch.count = 0;
    CHECK(output->send(made.plugin(), &batch, &accepted) == TACTUS_OK);
    CHECK(accepted == 0);
}

TEST_CASE("an input has no output table, and nobody has an unknown interface") {
    test_instance input(entry, "probe");
    test_instance output(entry, "two_a_call");

    CHECK(input.interface<tactus_output_0>(TACTUS_OUTPUT_0) == nullptr);
    CHECK(output.interface<void>("tactus.output/1") == nullptr);
    CHECK(output.interface<void>("tactus.output/0x") == nullptr);
    CHECK(output.interface<void>(TACTUS_DISCOVER_0) == nullptr);
}
