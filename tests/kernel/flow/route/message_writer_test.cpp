// SPDX-License-Identifier: MIT
// A message written in the protocol that an output takes, by itself: no ingress, no queue.
#include "kernel/flow/route/message_writer.hpp"
#include "tests/kernel/flow/flow_support.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

struct written {
    explicit written(std::uint32_t protocols) : to(0, {}) { to.connected.protocols = protocols; }

    std::optional<dropped> midi(const wire::bytes& bytes, bool no_sysex = false) {
        message one;
        one.from = &keys;
        one.bytes = bytes;
        one.no_sysex = no_sysex;
        return writer.write(one, to, what);
    }
    std::optional<dropped> osc(const wire::bytes& bytes) {
        const tactus::codec::osc_message split = tactus::codec::split_message(bytes);
        message one;
        one.from = &keys;
        one.osc = &split;
        one.bytes = bytes;
        return writer.write(one, to, what);
    }
    [[nodiscard]] std::string bytes() const {
        const auto* const text = reinterpret_cast<const char*>(what.source.bytes.data());
        return {text, what.source.bytes.size()};
    }

    source_input keys{"keys", {}, false};
    message_writer writer;
    output to;
    delivery what;
};

} // namespace

TEST_CASE("what the output takes is written unchanged, and notes are marked") {
    written test(takes_midi);
    const wire::bytes on = note_on(60);
    REQUIRE_FALSE(test.midi(on).has_value());
    CHECK(test.bytes() == text(on));
    CHECK(test.what.source.protocol == TACTUS_PROTO_MIDI);
    CHECK(test.what.note.size() == 3);
    CHECK(test.what.written_for.empty());
}

TEST_CASE("a note for an output that takes OSC is written under its input's name, and marked") {
    written test(takes_osc);
    const wire::bytes on = note_on(60);
    REQUIRE_FALSE(test.midi(on).has_value());
    CHECK(test.what.source.protocol == TACTUS_PROTO_OSC);
    CHECK(test.bytes().starts_with("/midi/keys/"));
    CHECK(test.what.note.size() == 3);
    CHECK(test.what.written_for == "keys");
    CHECK((test.what.source.flags & event_cell::is_written_note) != 0);
}

TEST_CASE("a shared block is not that of what was translated") {
    written test(takes_midi);
    test.what.source.block = reinterpret_cast<payload_block*>(&test);
    REQUIRE_FALSE(test.osc(osc("/clock")).has_value());
    CHECK(test.bytes() == "\xF8");
    CHECK(test.what.source.block == nullptr);
}

TEST_CASE("what has no form in the output's protocol is said to have none, and why") {
    written test(takes_midi);
    CHECK(test.osc(osc("/a")) == dropped::unsupported_type);
    CHECK(test.writer.failure().error == tactus::codec::translate_error::unsupported);
    CHECK(test.osc(osc("/note_on", 1)) == dropped::unsupported_type);
    CHECK(test.writer.failure().error == tactus::codec::translate_error::bad_arguments);
    CHECK(test.writer.failure().bad.number == 2);
}

TEST_CASE("a SysEx that its input does not let through is not written") {
    written test(takes_midi);
    const wire::bytes sysex = {0xF0, 1, 2, 0xF7};
    CHECK(test.midi(sysex, true) == dropped::sysex_denied);
    CHECK_FALSE(test.midi(sysex).has_value());
}
