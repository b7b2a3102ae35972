// SPDX-License-Identifier: MIT
#include "kernel/control/recording.hpp"

#include "kernel/codec/midi.hpp"
#include "kernel/codec/osc_message.hpp"
#include "kernel/codec/osc_writer.hpp"
#include "kernel/control/json_members.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include <simdjson.h>

namespace tactus::control {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

tapped_event read_event(const object& from) {
    tapped_event made;
    read(from, "result", made.result);
    read(from, "reason", made.reason);
    read(from, "detail", made.detail);
    read(from, "input", made.input);
    read(from, "output", made.output);
    read(from, "route", made.route);
    read(from, "text", made.text);
    read(from, "at", made.at_s);
    read(from, "came", made.came_s);
    read(from, "due", made.due_s);
    read(from, "late", made.late_s);
    std::uint64_t count = 1;
    if (from["count"].get(count) == simdjson::SUCCESS) {
        made.count = count;
    }
    return made;
}

std::optional<int> digit_of(char c) noexcept {
    return c >= '0' && c <= '9'   ? std::optional(c - '0')
           : c >= 'a' && c <= 'f' ? std::optional(c - 'a' + 10)
           : c >= 'A' && c <= 'F' ? std::optional(c - 'A' + 10)
                                  : std::nullopt;
}

unexpected<error> wrong(const std::string& text) {
    return fail(error_kind::invalid, text);
}

// Bytes of an argument as on the wire, where JSON has no such value.
result<std::vector<std::uint8_t>> hex_of(const element& value) {
    std::string_view text;
    if (value["hex"].get(text) != simdjson::SUCCESS) {
        return wrong("an argument is neither a number, nor a text, nor {\"hex\": \"...\"}");
    }
    return read_hex(text);
}

// Of the types that are always written as bytes.
std::size_t fixed_size(char tag) noexcept {
    return tag == 'f' || tag == 'c' || tag == 'r' || tag == 'm' ? 4 : 8;
}

// Appends one argument to the message; a value that does not fit its type makes the writer fail.
result<void> write_argument(codec::osc_writer& into, char tag, const element& value) {
    std::int64_t integer = 0;
    double real = 0;
    std::string_view text;
    if ((tag == 's' || tag == 'S') && value.get(text) == simdjson::SUCCESS) {
        // Both are written alike.
    } else if (tag == 'i' || tag == 'h') {
        if (value.get(integer) != simdjson::SUCCESS ||
            (tag == 'i' && integer != static_cast<std::int32_t>(integer))) {
            return wrong(std::string("an argument of type ") + tag + " is no such number");
        }
        tag == 'i' ? into.int32(static_cast<std::int32_t>(integer)) : into.int64(integer);
        return {};
    } else if ((tag == 'f' || tag == 'd') && value.get(real) == simdjson::SUCCESS) {
        tag == 'f' ? into.float32(static_cast<float>(real)) : into.float64(real);
        return {};
    }
    std::vector<std::uint8_t> bytes(text.begin(), text.end());
    const bool is_text = tag == 's' || tag == 'S';
    if (!value.is_string() || !is_text) {
        result<std::vector<std::uint8_t>> given = hex_of(value);
        if (!given) {
            return unexpected<error>(given.error());
        }
        bytes = std::move(*given);
    }
    if (tag == 'b') {
        into.blob(bytes);
        return {};
    }
    if (is_text) {
        bytes.resize(bytes.size() / 4 * 4 + 4); // NUL and padding
    } else if (bytes.size() != fixed_size(tag)) {
        return wrong(std::string("an argument of type ") + tag + " has another size");
    }
    into.argument(codec::osc_argument(tag, bytes));
    return {};
}

result<std::vector<std::uint8_t>> read_osc(std::string_view address, const array& args) {
    std::string types;
    for (const element each : args) {
        std::string_view tag;
        if (each.at(0).get(tag) != simdjson::SUCCESS || tag.size() != 1 ||
            codec::osc_types.find(tag[0]) == std::string_view::npos) {
            return wrong("\"args\" is a list of [\"type\"] or [\"type\", value]");
        }
        types += tag;
    }
    std::vector<std::uint8_t> space(codec::osc_size_max);
    codec::osc_writer writer(space);
    writer.begin_message(address, types);
    std::size_t i = 0;
    for (const element each : args) {
        const char tag = types[i++];
        if (std::string_view("TFNI[]").find(tag) != std::string_view::npos) {
            continue;
        }
        element value;
        if (each.at(1).get(value) != simdjson::SUCCESS) {
            return wrong(std::string("an argument of type ") + tag + " has no value");
        }
        if (const result<void> written = write_argument(writer, tag, value); !written) {
            return unexpected<error>(written.error());
        }
    }
    const std::optional<std::size_t> size = writer.finish();
    codec::osc_message message;
    if (!size ||
        codec::parse_message(std::span(space).first(*size), message) != codec::osc_error::none) {
        return wrong("\"osc\" and \"args\" make no OSC message");
    }
    space.resize(*size);
    return space;
}

// As the daemon wrote them: of a number, every digit counts.
std::string params_of(std::string_view line) {
    constexpr std::string_view before = "\"params\":";
    const std::size_t begin = line.find(before) + before.size();
    return std::string(line.substr(begin, line.rfind('}') - begin));
}

} // namespace

struct recording_reader::parser {
    result<object> read(std::string_view line) {
        const simdjson::padded_string padded(line);
        object whole;
        if (dom.parse(padded).get(whole) != simdjson::SUCCESS) {
            return wrong("this is not a JSON object");
        }
        return whole;
    }
    simdjson::dom::parser dom;
};

recording_reader::recording_reader() : parser_(std::make_unique<parser>()) {}
recording_reader::~recording_reader() = default;

result<tap_notification> recording_reader::notification(std::string_view line) {
    const result<object> whole = parser_->read(line);
    if (!whole) {
        return unexpected<error>(whole.error());
    }
    tap_notification made;
    std::string_view method;
    object with;
    if ((*whole)["method"].get(method) != simdjson::SUCCESS ||
        (*whole)["params"].get(with) != simdjson::SUCCESS) {
        return made;
    }
    if (method == "event") {
        made.is = tap_notification::kind::event;
        made.event = read_event(with);
        made.line = params_of(line);
    } else if (method == "missed" && with["count"].get(made.missed) == simdjson::SUCCESS) {
        made.is = tap_notification::kind::missed;
        made.line = missed_line(made.missed);
    }
    return made;
}

result<double> recording_reader::header(std::string_view line) {
    const result<object> whole = parser_->read(line);
    std::int64_t version = 0;
    double started_s = 0;
    if (!whole || (*whole)["tactus_recording"].get(version) != simdjson::SUCCESS) {
        return wrong("this is no recording of `tactus tap --record`, which begins with "
                     "{\"tactus_recording\":1, and no Standard MIDI File, which begins with MThd");
    }
    if (version != recording_version) {
        return wrong("this recording has the version " + std::to_string(version) +
                     "; this tactus reads version 1");
    }
    if ((*whole)["started"].get(started_s) != simdjson::SUCCESS) {
        return wrong("the header has no \"started\"");
    }
    return started_s;
}

result<recorded_event> recording_reader::event(std::string_view line) {
    const result<object> whole = parser_->read(line);
    if (!whole) {
        return unexpected<error>(whole.error());
    }
    recorded_event made;
    if ((*whole)["missed"].get(made.missed) == simdjson::SUCCESS) {
        return made;
    }
    made.event = read_event(*whole);
    if (made.event.result.empty()) {
        return wrong("this is neither an event, which has a \"result\", nor {\"missed\": COUNT}");
    }
    std::string_view text;
    array args;
    result<std::vector<std::uint8_t>> bytes = std::vector<std::uint8_t>();
    if ((*whole)["midi"].get(text) == simdjson::SUCCESS) {
        made.protocol = TACTUS_PROTO_MIDI;
        made.is_part = (*whole)["part"].is_bool(); // it is only written if true
        bytes = read_hex(text);
        if (bytes && !made.is_part && codec::midi_check(*bytes) != codec::midi_error::none) {
            return wrong("\"midi\" is not one MIDI message");
        }
    } else if ((*whole)["osc"].get(text) == simdjson::SUCCESS &&
               (*whole)["args"].get(args) == simdjson::SUCCESS) {
        made.protocol = TACTUS_PROTO_OSC;
        bytes = read_osc(text, args);
    }
    if (!bytes) {
        return unexpected<error>(bytes.error());
    }
    made.bytes = std::move(*bytes);
    return made;
}

std::string recording_header(double started_s, std::string_view daemon) {
    std::string line;
    json_writer(line)
        .begin_object()
        .member("tactus_recording", recording_version)
        .member("started", started_s, 6)
        .member("daemon", daemon)
        .end_object();
    return line;
}

std::string missed_line(std::uint64_t count) {
    return "{\"missed\":" + std::to_string(count) + "}";
}

result<std::vector<std::uint8_t>> read_hex(std::string_view text) {
    std::vector<std::uint8_t> bytes;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == ' ') {
            ++i;
            continue;
        }
        const std::optional<int> high = digit_of(text[i]);
        const std::optional<int> low =
            i + 1 < text.size() ? digit_of(text[i + 1]) : std::optional<int>();
        if (!high || !low) {
            return wrong("bytes are written as pairs of hexadecimal digits, like \"90 3c 64\"");
        }
        bytes.push_back(static_cast<std::uint8_t>(*high << 4 | *low));
        i += 2;
    }
    return bytes;
}

std::string write_hex(const std::vector<std::uint8_t>& bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const std::uint8_t byte : bytes) {
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

} // namespace tactus::control
