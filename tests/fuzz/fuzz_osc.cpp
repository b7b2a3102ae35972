// SPDX-License-Identifier: MIT
// Any bytes as an OSC packet: walked, decoded, written again, translated to MIDI; and that MIDI to
// OSC and back.
#include "kernel/codec/midi.hpp"
#include "kernel/codec/midi_to_osc.hpp"
#include "kernel/codec/osc_reader.hpp"
#include "kernel/codec/osc_refusal.hpp"
#include "kernel/codec/osc_to_midi.hpp"
#include "kernel/codec/osc_writer.hpp"
#include "tests/fuzz/claim.hpp"

#include <algorithm>
#include <array>

using namespace tactus::codec;
using fuzz::claim;
using fuzz::lies_inside;
using bytes_view = std::span<const std::uint8_t>;

namespace {

void check_argument(const osc_argument& argument, const osc_message& message) {
    claim(lies_inside(argument.bytes(), message.arguments));
    if (const auto text = argument.as_string()) {
        claim(lies_inside(*text, argument.bytes()) && text->find('\0') == std::string_view::npos);
    }
    if (const auto blob = argument.as_blob()) {
        claim(lies_inside(*blob, argument.bytes()));
    }
    claim(argument.as_int64().has_value() <= argument.as_double().has_value());
    claim(argument.as_midi().has_value() == (argument.tag() == 'm'));
    claim(argument.as_bool().has_value() == (argument.tag() == 'T' || argument.tag() == 'F'));
}

void check_message(const osc_message& message, bytes_view packet) {
    claim(lies_inside(message.bytes, packet));
    claim(lies_inside(message.address, message.bytes) && is_osc_address(message.address));
    claim(lies_inside(message.types, message.bytes));
    claim(lies_inside(message.arguments, message.bytes));
    std::size_t count = 0;
    std::size_t size = 0;
    for (const osc_argument& argument : arguments(message)) {
        check_argument(argument, message);
        ++count;
        size += argument.bytes().size();
    }
    claim(count == message.types.size());
    claim(size == message.arguments.size());
}

// A decoded message, tidied, is what a writer writes of it, and is read as the same.
void check_rewritten(const osc_message& message) {
    static std::array<std::uint8_t, osc_size_max> out;
    static std::array<std::uint8_t, osc_size_max + 4> tidied;
    const osc_message clean = tidy(message, tidied);
    osc_writer writer(out);
    writer.begin_message(clean.address, clean.types);
    for (const osc_argument& argument : arguments(clean)) {
        writer.argument(argument);
    }
    const std::optional<std::size_t> size = writer.finish();
    claim(size.has_value() && *size == tidy_size(message));
    claim(std::equal(clean.bytes.begin(), clean.bytes.end(), out.begin()));
    claim(!message.is_tidy ||
          (clean.bytes.size() == message.bytes.size() &&
           std::equal(clean.bytes.begin(), clean.bytes.end(), message.bytes.begin())));
    osc_message again;
    claim(parse_message(clean.bytes, again) == osc_error::none && again.is_tidy);
    claim(again.address == message.address && again.types == message.types);
}

// Whatever is refused is explained.
void check_refused(bytes_view packet) {
    osc_walker walker(packet);
    claim(!refusal_text(walker.error(), packet).empty());
    while (walker.next()) {
        osc_message message;
        const osc_error error = walker.element_error() != osc_error::none
                                    ? walker.element_error()
                                    : parse_message(walker.message(), message);
        claim(!refusal_text(error, walker.message()).empty());
        claim(refused_address(walker.message()).size() <= packet.size());
    }
}

// MIDI that goes through OSC is the same bytes, whatever it means.
void check_there_and_back(bytes_view midi) {
    static std::array<std::uint8_t, osc_size_max> osc;
    static std::array<std::uint8_t, osc_size_max> back;
    const std::optional<std::size_t> size = translate(midi_view{midi}, "p", osc);
    if (!size) {
        return; // a SysEx that no packet has room for
    }
    osc_message message;
    claim(parse_message(std::span(osc).first(*size), message) == osc_error::none);
    const translation made = translate(message, back);
    claim(made.error == translate_error::none && made.size == midi.size());
    claim(std::equal(midi.begin(), midi.end(), back.begin()));
}

void check_translated(const osc_message& message) {
    static std::array<std::uint8_t, osc_size_max> out;
    for (const std::size_t room : {std::size_t{0}, std::size_t{3}, std::size_t{9}, out.size()}) {
        const translation done = translate(message, std::span<std::uint8_t>(out).first(room));
        claim((done.error == translate_error::none) == (done.size > 0) && done.size <= room);
        if (done.error == translate_error::none) {
            bytes_view rest = std::span<const std::uint8_t>(out).first(done.size);
            for (; !rest.empty(); rest = rest.subspan(midi_front(rest).size())) {
                claim(midi_check(midi_front(rest)) == midi_error::none);
                check_there_and_back(midi_front(rest));
            }
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const bytes_view packet(bytes, size);
    const osc_count checked = count_messages(packet);
    std::size_t visited = 0;
    const osc_error error =
        for_each_message(packet, [&](const osc_message& message, std::uint64_t time_tag) {
            ++visited;
            claim((time_tag == osc_no_time_tag) == (bytes[0] != '#'));
            check_message(message, packet);
            check_rewritten(message);
            check_translated(message);
        });
    claim(error == checked.error && visited == checked.count);
    claim(error == osc_error::none || visited == 0);
    check_refused(packet);
    return 0;
}
