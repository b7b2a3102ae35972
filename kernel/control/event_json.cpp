// SPDX-License-Identifier: MIT
#include "kernel/control/event_json.hpp"

#include "kernel/base/hexadecimal.hpp"
#include "kernel/codec/midi.hpp"
#include "kernel/codec/osc_message.hpp"
#include "kernel/codec/osc_writer.hpp"

#include <tactus/cpp/json_writer.hpp>
#include <tactus/event.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include <simdjson.h>

namespace tactus::control {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;
using octets = std::vector<std::uint8_t>;

unexpected<error> wrong(std::string text) {
    return fail(error_kind::invalid, std::move(text));
}

int digit_of(char c) noexcept {
    const std::size_t found =
        base::hexadecimal_digits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c);
    return found == std::string_view::npos ? -1 : static_cast<int>(found);
}

// Pairs of digits, with or without blanks between them. Nothing if it is anything else.
std::optional<octets> bytes_of(std::string_view text) {
    octets bytes;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == ' ' || text[at] == ',') {
            ++at;
            continue;
        }
        const int high = digit_of(text[at]);
        const int low = at + 1 < text.size() ? digit_of(text[at + 1]) : -1;
        if (high < 0 || low < 0) {
            return std::nullopt;
        }
        bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
        at += 2;
    }
    return bytes;
}

// The type tags of a message and its arguments, as they are read.
class argument_reader {
public:
    argument_reader(std::string& types, octets& arguments) noexcept
        : types_(types), arguments_(arguments) {}

    result<void> add(const element& from) {
        switch (from.type()) {
        case element_type::INT64:
            return add_whole(from.get_int64().value_unsafe());
        case element_type::DOUBLE:
            return add_real('f', from.get_double().value_unsafe());
        case element_type::STRING:
            return add_text('s', from.get_string().value_unsafe());
        case element_type::BOOL:
            types_ += from.get_bool().value_unsafe() ? 'T' : 'F';
            return {};
        case element_type::NULL_VALUE:
            types_ += 'N';
            return {};
        case element_type::ARRAY:
            return add_list(from.get_array().value_unsafe());
        case element_type::OBJECT:
            return add_typed(from.get_object().value_unsafe());
        default:
            return wrong("a number in \"osc\" is above the greatest of 64 bits");
        }
    }

private:
    void put(std::uint64_t value, int size) {
        for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) {
            arguments_.push_back(static_cast<std::uint8_t>(value >> static_cast<unsigned>(shift)));
        }
    }
    void pad() { arguments_.resize((arguments_.size() + 3) / 4 * 4); }

    result<void> add_whole(std::int64_t value) {
        const bool is_short = value >= std::numeric_limits<std::int32_t>::min() &&
                              value <= std::numeric_limits<std::int32_t>::max();
        types_ += is_short ? 'i' : 'h';
        put(static_cast<std::uint64_t>(value), is_short ? 4 : 8);
        return {};
    }
    result<void> add_real(char type, double value) {
        if (type == 'f' && std::abs(value) > std::numeric_limits<float>::max()) {
            return wrong("a number in \"osc\" is too large for f; {\"d\": ...} makes a double");
        }
        types_ += type;
        if (type == 'f') {
            const auto narrow = static_cast<float>(value);
            std::uint32_t bits = 0;
            std::memcpy(&bits, &narrow, sizeof bits);
            put(bits, 4);
        } else {
            std::uint64_t bits = 0;
            std::memcpy(&bits, &value, sizeof bits);
            put(bits, 8);
        }
        return {};
    }
    result<void> add_text(char type, std::string_view text) {
        if (text.find('\0') != std::string_view::npos) {
            return wrong("a text in \"osc\" contains a NUL character, which OSC cannot hold");
        }
        types_ += type;
        arguments_.insert(arguments_.end(), text.begin(), text.end());
        arguments_.push_back(0);
        pad();
        return {};
    }
    result<void> add_list(const array& from) {
        if (++depth_ > codec::osc_array_depth_max) {
            return wrong("lists in \"osc\" are nested more than 8 deep");
        }
        types_ += '[';
        for (const element each : from) {
            if (result<void> added = add(each); !added) {
                return added;
            }
        }
        types_ += ']';
        --depth_;
        return {};
    }
    // {"f": 1}
    result<void> add_typed(const object& from) {
        if (from.size() != 1 || (*from.begin()).key.size() != 1) {
            return wrong("an object in \"osc\" must have one member, whose name is a type tag, as "
                         "in {\"f\": 1}");
        }
        const auto [key, value] = *from.begin();
        const char type = key[0];
        std::string_view text;
        double real = 0;
        std::int64_t whole = 0;
        if ((type == 's' || type == 'S') && value.get(text) == simdjson::SUCCESS) {
            return add_text(type, text);
        }
        if ((type == 'f' || type == 'd') && value.get(real) == simdjson::SUCCESS) {
            return add_real(type, real);
        }
        if ((type == 'i' || type == 'h') && value.get(whole) == simdjson::SUCCESS) {
            const result<void> added = add_whole(whole);
            if (types_.back() == 'h' && type == 'i') {
                return wrong("a number in \"osc\" is too large for i; {\"h\": ...} has 64 bits");
            }
            return type == 'h' && types_.back() == 'i' ? widen(whole) : added;
        }
        if (type == 'I' && value.is_null()) {
            types_ += 'I';
            return {};
        }
        return value.get(text) == simdjson::SUCCESS ? add_octets(type, text) : mistyped(key);
    }
    // The last argument was added with 32 bits.
    result<void> widen(std::int64_t value) {
        types_.back() = 'h';
        arguments_.resize(arguments_.size() - 4);
        put(static_cast<std::uint64_t>(value), 8);
        return {};
    }
    result<void> add_octets(char type, std::string_view text) {
        const std::optional<octets> bytes = bytes_of(text);
        const bool is_long = type == 't' || type == 'd';
        const std::size_t size = is_long ? 8
                                 : std::string_view("crmf").find(type) != std::string_view::npos
                                     ? 4
                                     : 0;
        if (!bytes || (type != 'b' && (size == 0 || bytes->size() != size))) {
            return mistyped({&type, 1});
        }
        types_ += type;
        if (type == 'b') {
            put(bytes->size(), 4);
        }
        arguments_.insert(arguments_.end(), bytes->begin(), bytes->end());
        pad();
        return {};
    }
    static result<void> mistyped(std::string_view key) {
        return wrong("an argument of \"osc\" has the type \"" + std::string(key) +
                     "\" and a value that does not suit it; the types are i h f d (a number), s S "
                     "(a text), b c r m t (hexadecimal), I (null)");
    }

    std::string& types_;
    octets& arguments_;
    std::size_t depth_ = 0;
};

void append_padded(octets& to, std::string_view text) {
    to.insert(to.end(), text.begin(), text.end());
    to.resize((to.size() + 4) / 4 * 4);
}

result<event_bytes> read_osc(const array& list) {
    std::string_view address;
    if (list.size() == 0 || list.at(0).get(address) != simdjson::SUCCESS) {
        return wrong("\"osc\" must begin with an address, as in [\"/a/b\", 1, 2.5, \"text\"]");
    }
    std::string types = ",";
    octets arguments;
    argument_reader reader(types, arguments);
    bool is_first = true;
    for (const element each : list) {
        if (std::exchange(is_first, false)) {
            continue;
        }
        if (const result<void> added = reader.add(each); !added) {
            return unexpected<error>(added.error());
        }
    }
    event_bytes made;
    made.protocol = TACTUS_PROTO_OSC;
    append_padded(made.bytes, address);
    append_padded(made.bytes, types);
    made.bytes.insert(made.bytes.end(), arguments.begin(), arguments.end());
    codec::osc_message checked;
    const codec::osc_error why = codec::parse_message(made.bytes, checked);
    if (why == codec::osc_error::none && address == checked.address) {
        return made;
    }
    if (made.bytes.size() > codec::osc_size_max) {
        return wrong("the OSC message has more than 65536 bytes");
    }
    return wrong("\"osc\" has no OSC address first; an address begins with \"/\", and has at most "
                 "1024 bytes and no control characters");
}

// A point or an exponent makes it a real number for every reader.
template <class Real>
std::string real_text(Real value) {
    std::array<char, 32> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
    const std::string_view written(text.data(), static_cast<std::size_t>(end.ptr - text.data()));
    const bool is_whole = written.find_first_of(".e") == std::string_view::npos;
    return std::string(written) + (is_whole ? ".0" : "");
}

float float_of(const codec::osc_argument& of) noexcept {
    const std::uint32_t bits = codec::load_u32(of.bytes().data());
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

std::string in_quotes(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

// U+FFFD replaces bytes of a text that are not UTF-8: JSON cannot hold them.
std::string argument_json(const codec::osc_argument& of) {
    const std::string tag = "{\"" + std::string(1, of.tag()) + "\":";
    const std::optional<double> real = of.as_double();
    const bool is_finite = real && std::isfinite(*real);
    switch (of.tag()) {
    case 'i':
        return std::to_string(*of.as_int64());
    case 'h':
        return tag + std::to_string(*of.as_int64()) + "}";
    case 's':
        return in_quotes(*of.as_string());
    case 'S':
        return tag + in_quotes(*of.as_string()) + "}";
    case 'T':
        return "true";
    case 'F':
        return "false";
    case 'N':
        return "null";
    case 'I':
        return tag + "null}";
    case 'b':
        return tag + in_quotes(base::hexadecimal(*of.as_blob())) + "}";
    case 'f':
        return is_finite ? real_text(float_of(of))
                         : tag + in_quotes(base::hexadecimal(of.bytes())) + "}";
    case 'd':
        return tag + (is_finite ? real_text(*real) : in_quotes(base::hexadecimal(of.bytes()))) +
               "}";
    default:
        return tag + in_quotes(base::hexadecimal(of.bytes())) + "}";
    }
}

} // namespace

result<event_bytes> read_midi(std::string_view text) {
    std::optional<octets> bytes = bytes_of(text);
    if (!bytes || bytes->empty()) {
        return wrong("\"midi\" must be bytes in hexadecimal, as in \"90 3c 64\"");
    }
    switch (codec::midi_check(*bytes)) {
    case codec::midi_error::none:
        return event_bytes{TACTUS_PROTO_MIDI, std::move(*bytes)};
    case codec::midi_error::too_large:
        return wrong("the SysEx has more than 65536 bytes");
    default:
        return wrong(
            "\"" +
            base::hexadecimal(std::span(*bytes).first(std::min<std::size_t>(bytes->size(), 8))) +
            "\" is not one complete MIDI message, as \"90 3c 64\" is");
    }
}

result<event_bytes> read_osc(std::string_view json_list) {
    simdjson::dom::parser dom;
    array list;
    if (dom.parse(simdjson::padded_string(json_list)).get(list) != simdjson::SUCCESS) {
        return wrong("\"osc\" must be a list, as in [\"/a/b\", 1, 2.5, \"text\"]");
    }
    return read_osc(list);
}

result<event_bytes> read_event(std::string_view json_object) {
    simdjson::dom::parser dom;
    object whole;
    std::string_view midi;
    array osc;
    if (dom.parse(simdjson::padded_string(json_object)).get(whole) != simdjson::SUCCESS) {
        return wrong("an event is an object with \"midi\" or \"osc\"");
    }
    if (whole["midi"].get(midi) == simdjson::SUCCESS) {
        return read_midi(midi);
    }
    return whole["osc"].get(osc) == simdjson::SUCCESS
               ? read_osc(osc)
               : wrong(
                     "an event has \"midi\", as in \"90 3c 64\", or \"osc\", as in [\"/a/b\", 1]");
}

result<event_bytes> read_event(const params& with) {
    const result<std::optional<std::string>> midi = with.text("midi");
    const result<std::optional<std::string>> osc = with.nested("osc");
    if (!midi || !osc) {
        return unexpected<error>(!midi ? midi.error() : osc.error());
    }
    if (midi->has_value() == osc->has_value()) {
        return wrong("The parameters need an event, which is either \"midi\", as in \"90 3c 64\", "
                     "or \"osc\", as in [\"/a/b\", 1, 2.5, \"text\"].");
    }
    return *midi ? read_midi(**midi) : read_osc(**osc);
}

std::string event_json(std::uint8_t protocol, std::span<const std::uint8_t> bytes) {
    if (protocol == TACTUS_PROTO_MIDI) {
        return "{\"midi\":" + in_quotes(base::hexadecimal(bytes)) + "}";
    }
    const codec::osc_message message = codec::split_message(bytes);
    std::string text = "{\"osc\":[" + in_quotes(message.address);
    for (const codec::osc_argument each : codec::arguments(message)) {
        const bool is_first_of_list = text.ends_with('[');
        text += is_first_of_list || each.tag() == ']' ? "" : ",";
        text += each.tag() == '[' || each.tag() == ']' ? std::string(1, each.tag())
                                                       : argument_json(each);
    }
    return text + "]}";
}

} // namespace tactus::control
