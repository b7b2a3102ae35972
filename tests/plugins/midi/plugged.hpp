// SPDX-License-Identifier: MIT
// An instance of the plugin that waits for the port of a peer, at a fake libjack, in virtual time.
#pragma once

#include "tests/plugins/midi/fake_jack.hpp"
#include "tests/support/catch.hpp"
#include <tactus/testhost/instance.hpp>
#include "tests/support/process.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

extern "C" const tactus_entry tactus_entry_v0; // the plugin is linked in

namespace tactus::test {

using message = std::vector<std::uint8_t>;
using option_texts = std::vector<std::pair<std::string, std::string>>; // key, TOML

class plugged {
public:
    static constexpr std::uint32_t number = 5; // of the peer's port at JACK

    plugged(const char* id, std::string port, bool is_input, const option_texts& options = {})
        : peer(std::move(port)), instance(tactus_entry_v0, id, "own"), is_input_(is_input) {
        instance.config.set("api", "\"jack\"").set("port", '"' + peer + '"');
        for (const auto& [key, toml] : options) {
            instance.config.set(key, toml);
        }
        come();
        REQUIRE(instance.start() == TACTUS_OK);
    }

    // A client that is opened and activated.
    void come() {
        jack.list(peer, number, is_input_);
        jack.tell_port(number, true);
    }
    // What jackd2 does first where a client closes: it runs no more, its ports are listed.
    void begin_to_go() {
        jack.set_running(peer, false);
        jack.tell_port(number, false);
    }
    void settle() { instance.host.settle(); }
    void pass(std::int64_t span_ns) { instance.host.advance_to(instance.host.now_ns() + span_ns); }

    bool is_up() {
        const auto& ports = instance.host.ports;
        return std::any_of(ports.begin(), ports.end(),
                           [](const auto& each) { return each.second.is_up; });
    }
    bool is_connected() const { return jack.connections(peer) == 1; }
    std::int64_t times_attached() { return instance.host.metrics["midi_attached_total"]; }
    std::size_t times_logged(std::string_view text) const {
        const auto& log = instance.host.log;
        return static_cast<std::size_t>(
            std::count_if(log.begin(), log.end(), [text](const std::string& line) {
                return line.find(text) != std::string::npos;
            }));
    }

    const std::string peer;
    fake_jack jack;
    testing::test_instance instance;

private:
    const bool is_input_;
};

struct plugged_output : plugged {
    explicit plugged_output(const option_texts& options = {})
        : plugged("midi_out", "later:input", true, options) {}

    tactus_status send(const message& bytes) {
        return instance.send_one(TACTUS_PROTO_MIDI, bytes, instance.host.ports.begin()->first);
    }
    bool has_heard(const message& only) const {
        return jack.heard_by(peer) == std::vector<message>{only};
    }
};

struct plugged_input : plugged {
    explicit plugged_input(const option_texts& options = {})
        : plugged("midi_in", "later:out", false, options) {}
};

} // namespace tactus::test
