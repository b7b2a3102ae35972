// SPDX-License-Identifier: MIT
#include "kernel/flow/output/notes/sounding_recorder.hpp"

#include "tests/support/catch.hpp"

#include <array>
#include <string>
#include <vector>

using namespace tactus::flow;

namespace {

constexpr sounding::message_bytes note_on = {0x90, 60, 100};
constexpr sounding::message_bytes note_off = {0x80, 60, 64};

// An output with one port, and a file.
struct recorded_output {
    recorded_output() {
        file.format();
        port = ports.add("synth", "synth", true);
    }
    // The ports and notes that a new start would find.
    [[nodiscard]] std::vector<std::string> in_file() {
        std::vector<std::string> all;
        file.for_each([&](const sounding_file::slot& each) {
            each.state.read().for_each([&](std::size_t place) {
                all.push_back(std::string(each.label().output) + " " +
                              std::string(each.label().port) + " " + std::to_string(place));
            });
        });
        return all;
    }
    [[nodiscard]] note_change change(const sounding::message_bytes& message) {
        return {.at = notes.handle_of(notes.of(port)), .message = message};
    }

    std::vector<std::byte> bytes = std::vector<std::byte>(sounding_file::size());
    sounding_file file{bytes, sounding_mark};
    port_table ports;
    port_notes notes;
    sounding_recorder recorder{notes};
    std::uint32_t port = 0;
};

using lines = std::vector<std::string>;

} // namespace

TEST_CASE("a beginning is in the file before it is sent, and an end changes nothing before") {
    recorded_output out;
    out.recorder.start(out.file, "keys", out.ports);

    out.recorder.will_be_sent(out.port, note_off);
    CHECK(out.in_file().empty());

    out.recorder.will_be_sent(out.port, note_on);
    CHECK(out.in_file() == lines{"keys synth 60"});

    out.recorder.will_be_sent(out.port, note_off);
    CHECK(out.in_file() == lines{"keys synth 60"});
    out.notes.of(out.port).ended(60, 0);
    CHECK(out.in_file().empty());
}

TEST_CASE("an end does not hide a beginning of the same note that is still under way") {
    recorded_output out;
    out.recorder.start(out.file, "keys", out.ports);
    const note_change begins = out.change(note_on);
    port_notes::entry& at = out.notes.of(out.port);

    out.recorder.left(begins, at);
    at.ended(60, 0);
    CHECK(out.in_file() == lines{"keys synth 60"});

    sounding_recorder::arrived(begins, at);
    at.ended(60, 0);
    CHECK(out.in_file().empty());
}

TEST_CASE("a recorder that is off writes nothing, whatever leaves") {
    recorded_output out;
    const note_change begins = out.change(note_on);
    CHECK_FALSE(out.recorder.is_on());

    out.recorder.left(begins, out.notes.of(out.port));
    sounding_recorder::arrived(begins, out.notes.of(out.port));
    CHECK(out.in_file().empty());

    out.recorder.start(out.file, "keys", out.ports);
    out.recorder.stop();
    out.recorder.left(begins, out.notes.of(out.port));
    CHECK(out.in_file().empty());
}

TEST_CASE("what an earlier daemon left sounds at a port that is not up, in the slot that it had") {
    recorded_output before;
    before.recorder.start(before.file, "keys", before.ports);
    before.recorder.will_be_sent(before.port, note_on);

    recorded_output out;
    before.file.for_each([&](sounding_file::slot& each) {
        each.state.latest_ns = 120'000'000'000; // of another boot
        out.recorder.take_over(out.port, each, 1'000);
        CHECK(out.notes.of(out.port).record.slot() == &each);
    });
    out.recorder.start(before.file, "keys", out.ports);

    const port_notes::entry& at = out.notes.of(out.port);
    CHECK(at.notes.has(60));
    CHECK(at.is_left_over);
    CHECK_FALSE(at.was_up);
    CHECK(at.latest_ns == 0);

    out.recorder.will_be_sent(out.port, note_on); // no second slot
    CHECK(before.in_file() == lines{"keys synth 60"});
}
