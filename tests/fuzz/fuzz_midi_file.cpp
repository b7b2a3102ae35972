// SPDX-License-Identifier: MIT
// Any bytes as a Standard MIDI File: what is accepted has whole messages, in order of time.
#include "kernel/codec/midi.hpp"
#include "kernel/codec/midi_file.hpp"
#include "tests/fuzz/claim.hpp"

using namespace tactus::codec;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const auto read = read_midi_file({bytes, size});
    if (!read) {
        fuzz::claim(!read.error().text.empty());
        return 0;
    }
    std::int64_t before_ns = 0;
    for (const midi_file_event& each : read->events) {
        fuzz::claim(each.at_ns >= before_ns);
        fuzz::claim(each.at_ns <= read->length_ns);
        fuzz::claim(midi_check(each.bytes) == midi_error::none);
        before_ns = each.at_ns;
    }
    return 0;
}
