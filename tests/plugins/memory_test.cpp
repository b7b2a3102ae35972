// SPDX-License-Identifier: MIT
#include "tests/support/catch.hpp"
#include <tactus/testhost/instance.hpp>

#include <optional>

using namespace tactus::testing;

namespace {

class memory_in : public test_instance {
public:
    explicit memory_in(const std::string& channel = "main")
        : test_instance(load_entry(PLUGIN_FILE), "memory_in", "in") {
        config.set("channel", "\"" + channel + "\"");
    }
};

class memory_out : public test_instance {
public:
    explicit memory_out(const std::string& channel = "main")
        : test_instance(load_entry(PLUGIN_FILE), "memory_out", "out") {
        config.set("channel", "\"" + channel + "\"");
        start();
    }
    std::pair<tactus_status, std::uint32_t> send(std::uint32_t count, std::uint32_t size = 3) {
        const byte_string bytes(size, 0x90);
        tactus_event event{};
        event.bytes = bytes.data();
        event.size = size;
        event.protocol = TACTUS_PROTO_MIDI;
        event.due_ns = 99;
        const std::vector<tactus_event> events(count, event);
        const tactus_batch batch{sizeof(tactus_batch), count, sizeof(tactus_event), 0,
                                 events.data()};
        std::uint32_t accepted = 0;
        const tactus_status status =
            interface<tactus_output_0>(TACTUS_OUTPUT_0)->send(plugin(), &batch, &accepted);
        return {status, accepted};
    }
};

using sent = std::pair<tactus_status, std::uint32_t>;

} // namespace

TEST_CASE("what an output is sent, every input of its channel emits") {
    memory_in first;
    memory_in second;
    memory_in other("elsewhere");
    first.start();
    second.start();
    other.start();
    memory_out out;

    CHECK(out.send(2) == sent{TACTUS_OK, 2});
    first.host.settle();
    second.host.settle();
    other.host.settle();

    REQUIRE(first.host.emitted.size() == 2);
    CHECK(first.host.emitted[0].bytes == byte_string{0x90, 0x90, 0x90});
    CHECK(first.host.emitted[0].protocol == TACTUS_PROTO_MIDI);
    CHECK(first.host.emitted[0].due_ns == 0);
    CHECK(second.host.emitted.size() == 2);
    CHECK(other.host.emitted.empty());
}

TEST_CASE("an output is up while an input is on its channel") {
    memory_out out;
    CHECK_FALSE(out.host.ports[1].is_up);
    CHECK(out.send(1) == sent{TACTUS_E_CLOSED, 0});

    std::optional<memory_in> in(std::in_place);
    in->start();
    CHECK(out.host.ports[1].is_up);
    in.reset();

    CHECK_FALSE(out.host.ports[1].is_up);
    CHECK(out.send(1) == sent{TACTUS_E_CLOSED, 0});
    CHECK(out.host.breaches.empty());
}

TEST_CASE("a full inbox pauses the output until it was emptied") {
    memory_in in;
    in.config.set("events", "2");
    in.host.emit_room = 0;
    in.start();
    memory_out out;

    CHECK(out.send(3) == sent{TACTUS_E_AGAIN, 2});
    CHECK(out.host.writable_ports.empty());
    in.host.settle(); // the two are on their way out, and wait for room
    CHECK(out.host.writable_ports == std::vector<std::uint32_t>{1});
    CHECK(out.send(3) == sent{TACTUS_E_AGAIN, 2});
    in.host.make_room(100);
    in.host.settle();

    CHECK(in.host.emitted.size() == 4);
    CHECK(out.host.writable_ports.size() == 2);
    CHECK(in.host.breaches.empty());
}

TEST_CASE("an inbox is bounded by bytes too") {
    memory_in in;
    in.config.set("bytes", "\"64KiB\"");
    in.host.emit_room = 0;
    in.start();
    memory_out out;

    CHECK(out.send(3, 30'000) == sent{TACTUS_E_AGAIN, 2});
}

TEST_CASE("one full inbox holds the event back from all, so that none gets it twice") {
    memory_in small;
    memory_in large;
    small.config.set("events", "1");
    small.start();
    large.start();
    memory_out out;

    CHECK(out.send(2) == sent{TACTUS_E_AGAIN, 1});
    small.host.settle();
    large.host.settle();
    CHECK(out.send(1) == sent{TACTUS_OK, 1});
    small.host.settle();
    large.host.settle();

    CHECK(small.host.emitted.size() == 2);
    CHECK(large.host.emitted.size() == 2);
}

TEST_CASE("an input that is stopped while it waits for room ends clean") {
    memory_in in;
    in.host.emit_room = 0;
    in.start();
    memory_out out;
    out.send(1);
    in.host.settle();
    REQUIRE(in.host.pending("emit") == 1);

    in.stop();

    CHECK(in.host.stopped == TACTUS_OK);
    CHECK(out.send(1) == sent{TACTUS_E_CLOSED, 0});
    CHECK(in.host.breaches.empty());
}

TEST_CASE("an output that is gone hears no more of its channel") {
    memory_in in;
    in.start();
    {
        memory_out out;
        CHECK(out.send(1) == sent{TACTUS_OK, 1});
    }
    in.host.settle();

    CHECK(in.host.emitted.size() == 1);
}
