// SPDX-License-Identifier: MIT
// A SysEx that goes out in parts as it comes in: nothing but real-time stands between the parts,
// nothing waits for them that they wait behind, and it ends in any case.
#include "tests/plugins/midi/live_output.hpp"

#include "plugins/midi/long_sysex_out.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <initializer_list>

using namespace tactus::test;

namespace {

const message end_of_it{0xF7};

message first_part(std::size_t size = 1000) {
    message made(size, 0x11);
    made.front() = 0xF0;
    return made;
}
message more(std::size_t size = 1000, std::uint8_t fill = 0x22) {
    return message(size, fill);
}
message joined(std::initializer_list<message> all) {
    message made;
    for (const message& each : all) {
        made.insert(made.end(), each.begin(), each.end());
    }
    return made;
}

struct parts_output {
    explicit parts_output(std::string_view key = {}, std::string_view toml = {}) {
        server.start();
        if (!key.empty()) {
            output.instance.config.set(key, toml);
        }
        output.start();
        REQUIRE(output.until_up());
        receiver = std::make_unique<jack_receiver>("synth", "tactus:v");
        REQUIRE(receiver->is_connected());
        output.turn();
    }
    tactus_status part(const message& bytes) {
        return output.instance.send_one(TACTUS_PROTO_MIDI, bytes,
                                        output.instance.host.ports.begin()->first,
                                        TACTUS_EVENT_SYSEX_PART);
    }
    /// As the worker does it where there is no room.
    tactus_status deliver(const message& bytes) {
        std::vector<std::uint32_t>& writable = output.instance.host.writable_ports;
        for (;;) {
            writable.clear();
            const tactus_status status = part(bytes);
            if (status != TACTUS_E_AGAIN || !output.until([&] { return !writable.empty(); })) {
                return status;
            }
        }
    }
    /// All bytes that came, without the real-time ones.
    message arrived() const {
        message all;
        for (const jack_event& each : receiver->events()) {
            if (each.bytes[0] < 0xF8) {
                all.insert(all.end(), each.bytes.begin(), each.bytes.end());
            }
        }
        return all;
    }
    /// Behind it may stand its own note-offs, which are said once more where JACK told of an xrun.
    bool has_arrived(const message& expected) {
        if (!output.until([&] { return arrived().size() >= expected.size(); })) {
            return false;
        }
        message all = arrived();
        const auto is_said_again = [&] {
            const auto last = all.end() - 3;
            return last[0] == 0x80 &&
                   std::search(expected.begin(), expected.end(), last, all.end()) != expected.end();
        };
        while (all.size() >= expected.size() + 3 && is_said_again()) {
            all.erase(all.end() - 3, all.end());
        }
        return all == expected;
    }
    std::int64_t cuts() { return output.instance.host.metrics["midi_cut_sysex_total"]; }

    jack_server server;
    live_output output{"virtual", "v"};
    std::unique_ptr<jack_receiver> receiver;
};

} // namespace

TEST_CASE_METHOD(parts_output, "what comes between the parts is sent behind the last, in order") {
    REQUIRE(part(first_part()) == TACTUS_OK);
    CHECK(output.send({0x90, 1, 1}) == TACTUS_OK);
    CHECK(output.send({0xF8}) == TACTUS_OK);
    REQUIRE(part(more()) == TACTUS_OK);
    CHECK(output.send({0xF0, 1, 0xF7}) == TACTUS_OK);
    CHECK(output.send({0x80, 1, 1}) == TACTUS_OK);
    REQUIRE(output.until([&] { return arrived().size() == 2000; }));
    REQUIRE(part(end_of_it) == TACTUS_OK);
    CHECK(output.send({0x90, 2, 2}) == TACTUS_OK);

    CHECK(has_arrived(joined({first_part(),
                              more(),
                              end_of_it,
                              {0x90, 1, 1},
                              {0xF0, 1, 0xF7},
                              {0x80, 1, 1},
                              {0x90, 2, 2}})));
    CHECK(cuts() == 0);
    CHECK(output.instance.host.breaches.empty());
}

TEST_CASE_METHOD(parts_output, "where nothing comes of it any more the SysEx is ended") {
    REQUIRE(part(first_part()) == TACTUS_OK);
    CHECK(output.send({0x90, 1, 1}) == TACTUS_OK);

    CHECK(has_arrived(joined({first_part(), end_of_it, {0x90, 1, 1}})));
    CHECK(cuts() == 1);
    CHECK(part(more()) < 0);
    CHECK(part(more()) != TACTUS_E_AGAIN);
    CHECK(part(end_of_it) == TACTUS_OK); // as it is ended already
    CHECK(output.send({0x90, 2, 2}) == TACTUS_OK);
    CHECK(has_arrived(joined({first_part(), end_of_it, {0x90, 1, 1}, {0x90, 2, 2}})));
}

TEST_CASE_METHOD(parts_output,
                 "where no more can be kept the SysEx is ended, and nothing else lost") {
    constexpr std::size_t kept = midi::long_sysex_out::kept_max;
    REQUIRE(part(first_part()) == TACTUS_OK);
    message expected = joined({first_part(), end_of_it});
    for (std::size_t i = 0; i <= kept; ++i) {
        const message note{0x90, static_cast<std::uint8_t>(i % 128), 1};
        REQUIRE(output.deliver(note) == TACTUS_OK);
        CHECK(cuts() == (i < kept ? 0 : 1));
        expected.insert(expected.end(), note.begin(), note.end());
    }
    CHECK(part(more()) < 0);

    CHECK(has_arrived(expected));
}

TEST_CASE_METHOD(parts_output, "the bytes that are kept have a bound, too") {
    REQUIRE(part(first_part()) == TACTUS_OK);
    message whole = first_part(40000);
    whole.back() = 0xF7;

    CHECK(output.send(whole) == TACTUS_OK);
    CHECK(cuts() == 0);
    CHECK(output.deliver(whole) == TACTUS_OK);

    CHECK(cuts() == 1);
    CHECK(has_arrived(joined({first_part(), end_of_it, whole, whole})));
}

TEST_CASE_METHOD(parts_output, "a flush ends the SysEx, and lets out what was kept") {
    REQUIRE(part(first_part()) == TACTUS_OK);
    CHECK(output.send({0x90, 1, 1}) == TACTUS_OK);

    output.instance.interface<tactus_output_0>(TACTUS_OUTPUT_0)->flush(output.instance.plugin(), 0);
    CHECK(output.send({0x80, 1, 1}) == TACTUS_OK);

    CHECK(has_arrived(joined({first_part(), end_of_it, {0x90, 1, 1}, {0x80, 1, 1}})));
    CHECK(cuts() == 1);
}

TEST_CASE("parts have the pace of the wire") {
    parts_output out("wire", "\"din\"");
    const auto begin = std::chrono::steady_clock::now();
    REQUIRE(out.deliver(first_part(300)) == TACTUS_OK);
    REQUIRE(out.deliver(more(300)) == TACTUS_OK);
    CHECK(out.output.send({0x90, 1, 1}) == TACTUS_OK); // kept, though the wire is busy
    REQUIRE(out.deliver(end_of_it) == TACTUS_OK);

    CHECK(out.has_arrived(joined({first_part(300), more(300), end_of_it, {0x90, 1, 1}})));
    CHECK(std::chrono::steady_clock::now() - begin > 180ms); // 600 bytes, however slow we are
    CHECK(out.cuts() == 0);
}

TEST_CASE("a slow wire is no reason to give a SysEx up") {
    parts_output out("wire", "\"din\"");
    REQUIRE(out.deliver(first_part(100)) == TACTUS_OK);
    REQUIRE(out.deliver(more(4096)) == TACTUS_OK); // 1.3 s
    REQUIRE(out.deliver(more(100)) == TACTUS_OK);
    REQUIRE(out.deliver(end_of_it) == TACTUS_OK);

    CHECK(out.has_arrived(joined({first_part(100), more(4096), more(100), end_of_it})));
    CHECK(out.cuts() == 0);
}
