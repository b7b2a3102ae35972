// SPDX-License-Identifier: MIT
// simdjson's DOM parses the line; its few keys are then processed in the order in which they come.
#include "line_event.hpp"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>
#include <optional>
#include <stdexcept>

#include <simdjson.h>

#include <tactus/cpp/midi_message.hpp>
#include <tactus/cpp/osc_address.hpp>
#include <tactus/cpp/osc_writer.hpp>
#include <tactus/cpp/utf8.hpp>

#include "line_values.hpp"
#include "span_text.hpp"

namespace stream_in {
namespace {

using simdjson::dom::element_type;

constexpr std::int64_t note_last = 127;
constexpr std::int64_t velocity_usual = 100;

/// The fields of one line, by key.
struct fields {
    std::optional<element> at;
    std::optional<element> to;
    std::optional<element> note;
    std::optional<element> velocity;
    std::optional<element> channel;
    std::optional<element> span; // "for"
    std::optional<element> osc;
    std::optional<element> args;
    std::optional<element> midi;
    std::optional<element> tag;
    std::optional<element> cancel;
};

struct field_name {
    std::string_view key;
    std::optional<element> fields::*member;
};
constexpr std::array<field_name, 11> names{{{"at", &fields::at},
                                            {"to", &fields::to},
                                            {"note", &fields::note},
                                            {"velocity", &fields::velocity},
                                            {"channel", &fields::channel},
                                            {"for", &fields::span},
                                            {"osc", &fields::osc},
                                            {"args", &fields::args},
                                            {"midi", &fields::midi},
                                            {"tag", &fields::tag},
                                            {"cancel", &fields::cancel}}};

std::string shortened(std::string_view key) {
    constexpr std::size_t size_max = 40;
    return std::string(tactus::cut_between_characters(key, size_max));
}

fields sort(const simdjson::dom::object& line) {
    fields sorted;
    for (const auto& [key, value] : line) {
        bool is_known = false;
        for (const field_name& each : names) {
            if (each.key == key) {
                if (sorted.*each.member) {
                    throw wrong_line("\"" + std::string(key) + "\" appears twice");
                }
                sorted.*each.member = value;
                is_known = true;
            }
        }
        if (!is_known) {
            throw wrong_line("unknown key \"" + shortened(key) +
                             "\"; expected at, to, note, velocity, channel, for, osc, args, "
                             "midi, tag or cancel");
        }
    }
    return sorted;
}

tactus::time_point due(const std::optional<element>& at, tactus::time_point arrived,
                       host_access& outside) {
    constexpr std::string_view expected =
        "\"+250ms\" (ns us ms s m h), counted from now, a day at most, or a number of seconds "
        "since 1970";
    if (!at) {
        return arrived;
    }
    double unix_s = 0;
    if (at->get(unix_s) == simdjson::SUCCESS) {
        constexpr double most_s = 9.2e9; // int64 nanoseconds
        if (!(unix_s >= 0 && unix_s <= most_s)) {
            refuse("at", expected);
        }
        const double whole_s = std::floor(unix_s); // a double of nanoseconds has steps of 256
        return outside.from_unix(static_cast<std::int64_t>(whole_s) * 1'000'000'000 +
                                 std::llround((unix_s - whole_s) * 1e9));
    }
    std::string_view words;
    if (at->get(words) != simdjson::SUCCESS || !words.starts_with('+')) {
        refuse("at", expected);
    }
    const auto later = read_span(words.substr(1));
    if (!later) {
        refuse("at", expected);
    }
    return arrived + *later;
}

/// Where and when; the same for all events of a line.
struct destination {
    tactus::time_point arrived; // before any wait for room: "for" counts from it
    tactus::time_point due;
    bool is_timed;
    std::uint32_t port;
    std::uint32_t tag;
};

void place(tactus_event* event, const destination& to) {
    if (event == nullptr) {
        throw wrong_line("this makes an event of more than 65536 bytes");
    }
    event->due_ns = to.is_timed ? tactus::to_ns(to.due) : 0;
    event->received_ns = tactus::to_ns(to.arrived);
    event->flags = to.is_timed ? TACTUS_EVENT_TIMED : 0;
    event->port = to.port;
    event->tag = to.tag;
}

void add_note(const fields& line, const destination& to, tactus::batch_builder& batch) {
    const auto note = static_cast<std::uint8_t>(integer(line.note, "note", 0, note_last, 0));
    const auto velocity =
        static_cast<std::uint8_t>(integer(line.velocity, "velocity", 0, note_last, velocity_usual));
    const auto channel = static_cast<std::uint8_t>(integer(line.channel, "channel", 1, 16, 1) - 1);
    const std::optional<std::chrono::nanoseconds> length =
        line.span ? std::optional(span(*line.span)) : std::nullopt;
    const auto on = static_cast<std::uint8_t>(0x90 | channel);
    const auto off = static_cast<std::uint8_t>(0x80 | channel);
    if (velocity == 0 && length) {
        throw wrong_line("a note of velocity 0 ends a note; therefore it has no \"for\"");
    }
    const std::array<std::uint8_t, 3> first{velocity == 0 ? off : on, note, velocity};
    place(batch.add(TACTUS_PROTO_MIDI, first), to);
    if (length) {
        const std::array<std::uint8_t, 3> last{off, note, 64};
        place(batch.add(TACTUS_PROTO_MIDI, last),
              {to.arrived, to.due + *length, true, to.port, to.tag});
    }
}

void add_midi(const element& listed, const destination& to, tactus::batch_builder& batch) {
    constexpr std::string_view expected =
        "the bytes of one complete MIDI message, as [144, 60, 100]";
    simdjson::dom::array numbers;
    if (listed.get(numbers) != simdjson::SUCCESS) {
        refuse("midi", expected);
    }
    const std::span<std::uint8_t> room = batch.room();
    std::size_t size = 0;
    for (const element number : numbers) {
        std::uint64_t byte = 0;
        if (number.get(byte) != simdjson::SUCCESS || byte > 255 || size == room.size()) {
            refuse("midi", expected);
        }
        room[size++] = static_cast<std::uint8_t>(byte);
    }
    if (!tactus::is_midi_message(room.first(size))) {
        refuse("midi", expected);
    }
    place(batch.commit(TACTUS_PROTO_MIDI, size), to);
}

char type_of(const element& argument) {
    switch (argument.type()) {
    case element_type::INT64: {
        const std::int64_t value = argument.get_int64().value_unsafe();
        const bool is_short = value >= std::numeric_limits<std::int32_t>::min() &&
                              value <= std::numeric_limits<std::int32_t>::max();
        return is_short ? 'i' : 'h';
    }
    case element_type::UINT64:
        refuse("args", "whole numbers below 2^63");
    case element_type::DOUBLE:
        if (std::abs(argument.get_double().value_unsafe()) > std::numeric_limits<float>::max()) {
            refuse("args", "numbers up to 3.4e38, which OSC's 32-bit floats end with");
        }
        return 'f';
    case element_type::STRING:
        return 's';
    case element_type::BOOL:
        return argument.get_bool().value_unsafe() ? 'T' : 'F';
    case element_type::NULL_VALUE:
        return 'N';
    default:
        refuse("args", "numbers, texts, true, false and null");
    }
}

void put(tactus::osc_message_writer& writer, const element& argument, char type) {
    switch (type) {
    case 'i':
        writer.put(static_cast<std::int32_t>(argument.get_int64().value_unsafe()));
        break;
    case 'h':
        writer.put(argument.get_int64().value_unsafe());
        break;
    case 'f':
        writer.put(static_cast<float>(argument.get_double().value_unsafe()));
        break;
    case 's':
        writer.put(text(argument, "args", "texts without a zero byte"));
        break;
    default:
        break;
    }
}

void add_osc(const fields& line, const destination& to, tactus::batch_builder& batch,
             std::string& types) {
    constexpr std::string_view expected =
        "an OSC address that begins with \"/\", has no control characters and has at most 1024 "
        "characters (UTF-8: bytes)";
    const std::string_view address = text(*line.osc, "osc", expected);
    if (!tactus::is_osc_address(address)) {
        refuse("osc", expected);
    }
    simdjson::dom::array listed;
    if (line.args && line.args->get(listed) != simdjson::SUCCESS) {
        refuse("args", "a list, as [1, 2.5, \"x\"]");
    }
    types.clear();
    if (line.args) {
        for (const element argument : listed) {
            types += type_of(argument);
        }
    }
    tactus::osc_message_writer writer(batch.room(), address, types);
    if (line.args) {
        std::size_t at = 0;
        for (const element argument : listed) {
            put(writer, argument, types[at++]);
        }
    }
    place(batch.commit(TACTUS_PROTO_OSC, writer.finish()), to);
}

std::string_view tag_text(const element& value, std::string_view key, std::string_view expected) {
    constexpr std::size_t bytes_max = 255;
    const std::string_view read = text(value, key, expected);
    return read.size() <= bytes_max ? read : throw wrong_line("a tag has at most 255 bytes");
}

void read_tag(const fields& line, line_tag& into) {
    bool is_all = false;
    into.cancels = line.cancel.has_value();
    into.tag.clear();
    if (line.tag) {
        into.tag = tag_text(*line.tag, "tag", "a text, as \"drums\"");
    } else if (line.cancel && (line.cancel->get(is_all) != simdjson::SUCCESS || !is_all)) {
        into.tag = tag_text(*line.cancel, "cancel", "a tag, as \"drums\", or true");
    }
}

void check_together(const fields& line) {
    if (line.cancel) {
        for (const field_name& each : names) {
            if (each.member != &fields::cancel && line.*each.member) {
                throw wrong_line("\"cancel\" stands alone");
            }
        }
        return;
    }
    const int kinds =
        int{line.note.has_value()} + int{line.osc.has_value()} + int{line.midi.has_value()};
    if (kinds != 1) {
        throw wrong_line(kinds == 0 ? "expected one of \"note\", \"osc\" and \"midi\""
                                    : "only one of \"note\", \"osc\" and \"midi\" is allowed");
    }
    if (!line.note && (line.velocity || line.channel || line.span)) {
        throw wrong_line("\"velocity\", \"channel\" and \"for\" need \"note\"");
    }
    if (line.args && !line.osc) {
        throw wrong_line("\"args\" needs \"osc\"");
    }
}

} // namespace

// Allocates all memory that the longest line needs at the start; therefore no line allocates. Pages
// that are never touched cost nothing.
struct line_reader::json {
    json() : padded(new char[line_max + simdjson::SIMDJSON_PADDING]) {
        if (parser.allocate(line_max) != simdjson::SUCCESS ||
            parser.doc.allocate(line_max) != simdjson::SUCCESS) {
            throw std::bad_alloc();
        }
    }
    /// Bounds: at most line_max bytes.
    auto parse(std::string_view line) {
        constexpr bool may_copy = false;
        std::memcpy(padded.get(), line.data(), line.size());
        return parser.parse(padded.get(), line.size(), may_copy);
    }

    simdjson::dom::parser parser{line_max};
    std::unique_ptr<char[]> padded; // simdjson reads past the end
    std::string types;              // of the OSC message being written
};

line_reader::line_reader(host_access& outside)
    : outside_(outside), json_(std::make_unique<json>()) {}
line_reader::~line_reader() = default;

std::string line_reader::read(std::string_view line, tactus::time_point arrived,
                              tactus::batch_builder& batch, std::uint32_t tag) {
    tag_.cancels = false;
    if (line.find_first_not_of(" \t") == std::string_view::npos) {
        return {};
    }
    try {
        simdjson::dom::object object;
        const simdjson::error_code error = json_->parse(line).get(object);
        if (error != simdjson::SUCCESS) {
            // As JavaScript prints the value of a double: 18446744073709552000.
            return error == simdjson::NUMBER_ERROR
                       ? "a number in it is malformed or out of range; write integers beyond 64 "
                         "bits "
                         "with \".0\""
                       : "this is not a JSON object: " +
                             std::string(simdjson::error_message(error));
        }
        const fields sorted = sort(object);
        check_together(sorted);
        read_tag(sorted, tag_);
        if (tag_.cancels) {
            return {};
        }
        destination to{arrived, due(sorted.at, arrived, outside_), sorted.at.has_value(), 0, tag};
        if (sorted.to) {
            to.port = outside_.port(text(*sorted.to, "to", "the name of an output or a port"));
            if (to.port == 0) {
                return "no port is called as \"to\" says, and too many such names have been asked "
                       "for, or it has more than 255 bytes";
            }
        }
        if (sorted.note) {
            add_note(sorted, to, batch);
        } else if (sorted.midi) {
            add_midi(*sorted.midi, to, batch);
        } else {
            add_osc(sorted, to, batch, json_->types);
        }
    } catch (const wrong_line& wrong) {
        return wrong.what();
    }
    return {};
}

} // namespace stream_in
