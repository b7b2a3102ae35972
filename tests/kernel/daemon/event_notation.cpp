// SPDX-License-Identifier: MIT
#include "tests/kernel/daemon/event_notation.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/codec/midi_to_osc.hpp"
#include "kernel/codec/osc_to_midi.hpp"
#include "kernel/codec/osc_writer.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <vector>

namespace tactus::test {
namespace {

std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at < line.size();) {
        const char c = line[at];
        if (c == ' ') {
            ++at;
            continue;
        }
        const std::size_t end = c == '"' ? line.find('"', at + 1) + 1 : line.find(' ', at);
        words.emplace_back(line.substr(at, std::min(end, line.size()) - at));
        at = std::min(end, line.size());
    }
    return words;
}

char type_of(const std::string& word) {
    return word[0] == '"'                ? 's'
           : word == "true"              ? 'T'
           : word == "false"             ? 'F'
           : word == "nil"               ? 'N'
           : word.back() == 'h'          ? 'h'
           : word.back() == 'd'          ? 'd'
           : word.find('.') != word.npos ? 'f'
                                         : 'i';
}

wire::bytes osc_bytes(const std::vector<std::string>& words) {
    std::string types;
    for (std::size_t i = 1; i < words.size(); ++i) {
        types += type_of(words[i]);
    }
    wire::bytes out(65536);
    codec::osc_writer writer(out);
    writer.begin_message(words[0], types);
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::string& word = words[i];
        switch (types[i - 1]) {
        case 's':
            writer.text(std::string_view(word).substr(1, word.size() - 2));
            break;
        case 'i':
            writer.int32(std::stoi(word));
            break;
        case 'h':
            writer.int64(std::stoll(word));
            break;
        case 'f':
            writer.float32(std::stof(word));
            break;
        case 'd':
            writer.float64(std::stod(word));
            break;
        default:
            break;
        }
    }
    const auto size = writer.finish();
    TACTUS_ASSERT(size.has_value());
    out.resize(*size);
    return out;
}

std::string shown(double number, const char* suffix) {
    char space[64];
    const auto end = std::to_chars(space, space + sizeof space, number);
    std::string text(space, end.ptr);
    if (text.find_first_of(".en") == text.npos) {
        text += ".0";
    }
    return text + suffix;
}

std::string shown(const codec::osc_argument& argument) {
    switch (argument.tag()) {
    case 'i':
        return std::to_string(*argument.as_int64());
    case 'h':
        return std::to_string(*argument.as_int64()) + "h";
    case 'f': {
        char space[64];
        const auto number = static_cast<float>(*argument.as_double());
        const auto end = std::to_chars(space, space + sizeof space, number);
        const std::string text(space, end.ptr);
        return text.find_first_of(".en") == text.npos ? text + ".0" : text;
    }
    case 'd':
        return shown(*argument.as_double(), "d");
    case 's':
    case 'S':
        return '"' + std::string(*argument.as_string()) + '"';
    case 'T':
        return "true";
    case 'F':
        return "false";
    case 'N':
        return "nil";
    case 'b':
        return "blob" + std::to_string(argument.as_blob()->size());
    default:
        return {argument.tag()};
    }
}

std::string hexadecimal(std::string_view bytes) {
    std::string out;
    for (const char byte : bytes) {
        char space[4];
        std::snprintf(space, sizeof space, "%02X", static_cast<unsigned char>(byte));
        out += (out.empty() ? "" : " ") + std::string(space);
    }
    return out;
}

std::string osc_text(std::span<const std::uint8_t> bytes) {
    codec::osc_message message;
    TACTUS_ASSERT(codec::parse_message(bytes, message) == codec::osc_error::none);
    std::string out(message.address);
    for (const codec::osc_argument& each : codec::arguments(message)) {
        out += " " + shown(each);
    }
    return out;
}

} // namespace

noted_event read_event(std::string_view line) {
    std::vector<std::string> words = words_of(line);
    TACTUS_ASSERT(!words.empty());
    if (words[0] != "MIDI") {
        return {TACTUS_PROTO_OSC, osc_bytes(words)};
    }
    TACTUS_ASSERT(words.size() >= 2);
    if (words[1] == "raw") {
        return {TACTUS_PROTO_MIDI, wire::hex(line.substr(line.find("raw") + 3))};
    }
    words.erase(words.begin());
    words[0] = "/" + words[0];
    const wire::bytes osc = osc_bytes(words);
    wire::bytes out(3);
    const codec::translation made = codec::translate(codec::split_message(osc), out);
    TACTUS_ASSERT(made.error == codec::translate_error::none);
    out.resize(made.size);
    return {TACTUS_PROTO_MIDI, out};
}

std::string write_event(std::uint16_t protocol, std::string_view text) {
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    if (protocol == TACTUS_PROTO_OSC) {
        return osc_text(bytes);
    }
    TACTUS_ASSERT(codec::midi_check(bytes) == codec::midi_error::none);
    const codec::midi_view midi{bytes};
    const std::string_view name = codec::midi_name(midi);
    if (name == "raw" || name == "sysex") {
        return "MIDI raw " + hexadecimal(text);
    }
    wire::bytes out(256);
    out.resize(codec::translate(midi, "x", out).value());
    return "MIDI " + osc_text(out).substr(std::string_view("/midi/x/").size());
}

} // namespace tactus::test
