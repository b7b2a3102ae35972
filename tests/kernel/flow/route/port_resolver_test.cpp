// SPDX-License-Identifier: MIT
// What a name means that an event asks for: one place among all outputs that it can reach.
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

// Outputs of these names, each with these ports beside its own "port-NAME"; all take everything.
struct named_flow : flow_under_test {
    explicit named_flow(
        std::initializer_list<std::pair<const char*, std::vector<const char*>>> outputs) {
        static_cast<void>(add_input());
        for (const auto& [name, keys] : outputs) {
            const std::uint16_t output = add_output_without_port();
            out.connections().ports(output).set_owner(fan.names().intern(name));
            for (const char* key : keys) {
                static_cast<void>(add_port(output, key));
            }
        }
        route_all();
    }
    std::uint16_t add_output_without_port() {
        const std::uint16_t output = add_output();
        REQUIRE(out.connections().ports(output).remove(1));
        out.connections().ports_changed(output);
        return output;
    }

    // Where one event goes that asks for that: "OUTPUT/KEY" for each delivery, "" for none.
    std::string ask(const std::string& name, const char* address = "/a") {
        for (const auto& each : sinks) {
            each->records.clear();
        }
        static_cast<void>(emit_osc(osc(address), {.port = fan.names().intern(name)}));
        run();
        std::string went;
        for (std::uint16_t i = 0; i < out.outputs().size(); ++i) {
            for (const auto& each : sinks[i]->records) {
                went += (went.empty() ? "" : " ") + std::string(fan.ports().output_name(i)) + "/" +
                        std::string(out.connections().ports(i).key(each.port));
            }
        }
        CHECK(balanced());
        return went;
    }
    [[nodiscard]] std::uint64_t unrouted_as(unrouted reason) const {
        return ledger().unrouted_by.of(reason);
    }
};

} // namespace

TEST_CASE("an output's name is meant, whatever has it as a part") {
    named_flow flow({{"drums", {"Rack2:bass drum"}}, {"bass", {"Rack:A"}}});

    CHECK(flow.ask("bass") == "bass/Rack:A");
    CHECK(flow.ask("bass drum") == "drums/Rack2:bass drum");
    CHECK(flow.ask("Rack2:bass drum") == "drums/Rack2:bass drum");
    CHECK(flow.ask("drums") == "drums/Rack2:bass drum");
}

TEST_CASE("the best match decides, whichever output has it") {
    named_flow flow({{"one", {"IAC Driver:Bus 1", "IAC Driver:Bus 10"}},
                     {"two", {"Bus 12 out", "BUS 7", "my bus 1 in"}},
                     {"three", {"bus 7"}}});

    CHECK(flow.ask("bus 1") == "one/IAC Driver:Bus 1"); // a port's part before a part
    CHECK(flow.ask("Bus 10") == "one/IAC Driver:Bus 10");
    CHECK(flow.ask("BUS 12 OUT") == "two/Bus 12 out");
    CHECK(flow.ask("bus 12") == "two/Bus 12 out");
    CHECK(flow.ask("bus 7") == "three/bus 7"); // each is found by its own case
    CHECK(flow.ask("BUS 7") == "two/BUS 7");
    CHECK(flow.ask("ONE").find("one/") == 0); // an output's name without case
    CHECK(flow.unrouted_as(unrouted::ambiguous_port) == 0);
}

TEST_CASE("a name that several have goes to none, and is counted as ambiguous") {
    named_flow flow({{"left", {"Rack:bass"}}, {"right", {"Rack2:bass", "Rack2:Snare 1"}}});

    CHECK(flow.ask("bass").empty());
    CHECK(flow.ask("rack2").empty()); // two ports of one output
    CHECK(flow.ask("Bus 7").empty());
    CHECK(flow.unrouted_as(unrouted::ambiguous_port) == 2);
    CHECK(flow.unrouted_as(unrouted::unknown_port) == 1);
    CHECK(flow.fan.ports().candidates(0, flow.fan.names().find("bass")) ==
          std::vector<std::string_view>{"Rack:bass", "Rack2:bass"});
}

TEST_CASE("an output's name has its parts as a port's has") {
    named_flow flow({{"bass-left", {"Rack:A"}}, {"pads", {"Rack2:left hall"}}});

    CHECK(flow.ask("bass").starts_with("bass-left/"));
    CHECK(flow.ask("left").empty());
    CHECK(flow.unrouted_as(unrouted::ambiguous_port) == 1);
}

TEST_CASE("a number is no part of another number") {
    named_flow flow({{"synth", {"loop2:loopMidi Port 10", "Bus 12 out", "Version 1.5"}}});

    for (const char* name :
         {"loopMidi Port 1", "Port 1", "Bus 1", "2 out", "0", "Version 1", "5"}) {
        INFO(name);
        CHECK(flow.ask(name).empty());
    }
    CHECK(flow.ask("Port 10") == "synth/loop2:loopMidi Port 10");
    CHECK(flow.ask("12 out") == "synth/Bus 12 out");
    CHECK(flow.unrouted_as(unrouted::unknown_port) == 7);
}

TEST_CASE("what a name means is looked up anew when ports come, go, or are renamed") {
    named_flow flow({{"one", {"Synth A"}}, {"two", {}}});
    CHECK(flow.ask("synth") == "one/Synth A");

    const std::uint32_t second = flow.add_port(1, "Synth B");
    CHECK(flow.ask("synth").empty());
    flow.set_up(1, second, true, "Organ");
    CHECK(flow.ask("synth").empty()); // its key still has it
    REQUIRE(flow.out.connections().ports(1).remove(second));
    flow.out.connections().ports_changed(1);
    CHECK(flow.ask("synth") == "one/Synth A");
    static_cast<void>(flow.add_port(1, "synth"));
    CHECK(flow.ask("synth") == "two/synth");
}

TEST_CASE("the same exact port of two outputs is meant where the routes lead to one of them") {
    named_flow flow({{"fast", {"UM-ONE"}}, {"slow", {"UM-ONE"}}});
    flow.configure(router({{{0}, *tactus::codec::osc_pattern::compile("/fast"), {0}},
                           {{0}, *tactus::codec::osc_pattern::compile("/slow"), {1}},
                           {{0}, *tactus::codec::osc_pattern::compile("/both"), {0, 1}}}));

    CHECK(flow.ask("UM-ONE", "/fast") == "fast/UM-ONE");
    CHECK(flow.ask("UM-ONE", "/slow") == "slow/UM-ONE");
    CHECK(flow.ask("UM-ONE", "/both").empty());
    CHECK(flow.unrouted_as(unrouted::ambiguous_port) == 1);
    CHECK(flow.ask("fast", "/slow").empty()); // no route leads there; it is no part of another's
    CHECK(flow.unrouted_as(unrouted::unknown_port) == 1);
}

TEST_CASE("who asks in vain can be told what was probably meant") {
    named_flow flow(
        {{"bass", {"nanoKONTROL:nanoKONTROL MIDI 1"}}, {"drums", {"udp://10.0.0.7:9"}}});
    const auto nearest = [&](const char* name) {
        return flow.fan.ports().nearest(0, flow.fan.names().intern(name));
    };

    CHECK(nearest("basss") == "bass");
    CHECK(nearest("Durms") == "drums");
    CHECK(nearest("nanoKONTRL") == "nanoKONTROL:nanoKONTROL MIDI 1");
    CHECK(nearest("piano").empty());
    CHECK(nearest("udp://10.0.0.8:9").empty()); // another number is another peer
}
