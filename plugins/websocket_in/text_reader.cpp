// SPDX-License-Identifier: MIT
#include "text_reader.hpp"

#include <tactus/cpp/localhost.hpp>
#include <tactus/cpp/osc_address.hpp>
#include <tactus/cpp/osc_writer.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <new>

namespace websocket_in {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

constexpr std::size_t tag_bytes_max = 255;
constexpr double timestamp_ms_max = 4e12; // in the year 2096
constexpr double offset_ms_max = 1e9;     // 11 days

constexpr const char* no_address = "\"address\" is not a text that begins with \"/\", without "
                                   "control characters, of 1024 bytes at most.";
constexpr const char* no_timestamp = "\"timestamp\" is not a time in milliseconds.";
constexpr const char* not_written =
    "The message is too long for OSC, or one of its texts holds a zero byte.";

// Out of range becomes infinite, as in DataView.setFloat32, which browsers and Node use.
float to_float(double value) noexcept {
    constexpr double most = std::numeric_limits<float>::max();
    if (value > most || value < -most) {
        return std::copysign(std::numeric_limits<float>::infinity(),
                             static_cast<float>(value > 0 ? 1 : -1));
    }
    return static_cast<float>(value);
}

// Returns '\0' for types that OSC does not have.
char type_of(const element& value) noexcept {
    switch (value.type()) {
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE:
        return 'f';
    case element_type::STRING:
        return 's';
    case element_type::BOOL:
        return value.get_bool().value_unsafe() ? 'T' : 'F';
    case element_type::NULL_VALUE:
        return 'N';
    default:
        return '\0';
    }
}

void put(tactus::osc_message_writer& out, const element& value) noexcept {
    double number = 0;
    std::string_view text;
    if (value.get(number) == simdjson::SUCCESS) {
        out.put(to_float(number));
    } else if (value.get(text) == simdjson::SUCCESS) {
        out.put(text);
    }
}

bool parse_number(std::string_view text, double& number) noexcept {
    const char* const end = text.data() + text.size();
    const std::from_chars_result read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc() && read.ptr == end;
}

// Returns false if the key exists but is not a number within the bounds.
bool read_number(const object& from, const char* key, double most, std::optional<double>& into) {
    element value;
    if (from[key].get(value) != simdjson::SUCCESS || value.is_null()) {
        return true;
    }
    double number = 0;
    if (value.get(number) != simdjson::SUCCESS || std::abs(number) > most) {
        return false;
    }
    into = number;
    return true;
}

// "udp://host:port", as osc_out names its peers. Empty if neither host nor port was given.
const char* write_peer(const object& from, std::string& into) {
    std::string_view host = "127.0.0.1";
    std::int64_t port = 57120; // SuperDirt's, as for Strudel's own bridge
    const auto host_error = from["host"].get(host);
    const auto port_error = from["port"].get(port);
    into.clear();
    if (host_error == simdjson::NO_SUCH_FIELD && port_error == simdjson::NO_SUCH_FIELD) {
        return nullptr;
    }
    if ((host_error != simdjson::SUCCESS && host_error != simdjson::NO_SUCH_FIELD) ||
        (port_error != simdjson::SUCCESS && port_error != simdjson::NO_SUCH_FIELD) ||
        host.empty() || host.size() > 128 || port < 1 || port > 65535) {
        return "\"host\" and \"port\" are not a name and a number from 1 to 65535.";
    }
    const bool is_ipv6 = host.find(':') != std::string_view::npos && host.front() != '[';
    into.append("udp://").append(is_ipv6 ? "[" : "");
    into.append(tactus::is_in_localhost(host) ? "127.0.0.1" : host).append(is_ipv6 ? "]" : "");
    into.append(":").append(std::to_string(port));
    return nullptr;
}

} // namespace

std::uint64_t time_tag_of(double unix_ms) noexcept {
    constexpr double ntp_to_unix_s = 2'208'988'800;
    constexpr double fraction_max = 4'294'967'295;
    const double seconds = unix_ms / 1000;
    const double whole = std::floor(seconds);
    const double fraction = std::floor((seconds - whole) * (fraction_max + 1) + 0.5);
    const auto upper = static_cast<std::uint64_t>(whole + ntp_to_unix_s) & 0xFFFFFFFFU;
    const std::uint64_t tag = fraction > fraction_max
                                  ? (upper + 1) << 32U
                                  : upper << 32U | static_cast<std::uint64_t>(fraction);
    constexpr std::uint64_t soonest = 2; // less means "immediately", as the roll-over itself would
    return std::max(tag, soonest);
}

text_reader::text_reader(std::size_t text_bytes_max)
    : packet_(tactus::osc_bundle_head_size + TACTUS_EVENT_SIZE_MAX) {
    // Allocates all memory that the longest text needs; pages that are never touched cost nothing.
    if (parser_.allocate(text_bytes_max, depth_max) != simdjson::SUCCESS ||
        parser_.doc.allocate(text_bytes_max) != simdjson::SUCCESS) {
        throw std::bad_alloc();
    }
}

void text_reader::read(std::span<const std::uint8_t> text, text_sink& sink) {
    constexpr bool may_copy = false;
    element root;
    const auto error = parser_.parse(text.data(), text.size(), may_copy).get(root);
    object one;
    array list;
    if (error == simdjson::NUMBER_ERROR) { // JavaScript prints 2^64 as 18446744073709552000
        sink.malformed(
            "It holds an invalid number, or one out of range: a whole number of more than "
            "64 bits must be written with \".0\".");
    } else if (error != simdjson::SUCCESS) {
        const std::string why = std::string("This is not JSON: ") + simdjson::error_message(error);
        sink.malformed(why);
    } else if (root.get(one) == simdjson::SUCCESS) {
        read_object(one, sink);
    } else if (root.get(list) == simdjson::SUCCESS) {
        read_list(list, sink);
    } else {
        sink.malformed("A text is a JSON object or a list of them.");
    }
}

void text_reader::read_object(const object& from, text_sink& sink) {
    element found;
    array list;
    if (from["address"].get(found) == simdjson::SUCCESS) {
        read_strudel(from, sink);
        return;
    }
    if (from["tactus"].get(found) == simdjson::SUCCESS) {
        read_command(from, sink);
        return;
    }
    for (const char* const key : {"messagesfromjs", "sendmidi", "sendosc"}) {
        if (from[key].get(list) == simdjson::SUCCESS) {
            read_list(list, sink);
            return;
        }
    }
    sink.malformed("The object has no \"address\", no list of messages and no \"tactus\".");
}

void text_reader::read_list(const array& list, text_sink& sink) {
    for (const element each : list) {
        object one;
        element found;
        if (each.get(one) != simdjson::SUCCESS) {
            sink.malformed("An element of the list is not an object.");
        } else if (one["message"].get(found) == simdjson::SUCCESS) {
            read_midi(one, sink);
        } else if (one["params"].get(found) == simdjson::SUCCESS) {
            read_params(one, sink);
        } else {
            sink.malformed("An element of the list has no \"message\" and no \"params\".");
        }
    }
}

void text_reader::read_strudel(const object& from, text_sink& sink) {
    std::string_view address;
    text_event what;
    const char* why = nullptr;
    if (from["address"].get(address) != simdjson::SUCCESS || !tactus::is_osc_address(address)) {
        why = no_address;
    } else if (!read_number(from, "timestamp", timestamp_ms_max, what.timestamp_ms)) {
        why = no_timestamp;
    } else if ((why = write_peer(from, port_)) == nullptr) {
        why = write_arguments(from, address);
    }
    if (why != nullptr) {
        sink.malformed(why);
        return;
    }
    what.port = port_;
    send_osc(what, sink);
}

// A list, one value without brackets, or nothing. Returns what was wrong, or nullptr.
const char* text_reader::write_arguments(const object& from, std::string_view address) {
    element found;
    array list;
    const bool has_any = from["args"].get(found) == simdjson::SUCCESS;
    const bool is_list = has_any && found.get(list) == simdjson::SUCCESS;
    types_.clear();
    if (is_list) {
        for (const element each : list) {
            types_ += type_of(each);
        }
    } else if (has_any) {
        types_ += type_of(found);
    }
    if (types_.find('\0') != std::string::npos) {
        return "\"args\" holds an item that is not a number, text, true, false or null.";
    }
    tactus::osc_message_writer out(message_room(), address, types_);
    if (is_list) {
        for (const element each : list) {
            put(out, each);
        }
    } else if (has_any) {
        put(out, found);
    }
    message_size_ = out.finish();
    return message_size_ == 0 ? not_written : nullptr;
}

// The room behind a bundle's head.
std::span<std::uint8_t> text_reader::message_room() noexcept {
    return std::span<std::uint8_t>(packet_).subspan(tactus::osc_bundle_head_size);
}

void text_reader::send_osc(text_event& what, text_sink& sink) {
    const std::span<std::uint8_t> packet(packet_);
    constexpr std::size_t head = tactus::osc_bundle_head_size;
    if (what.timestamp_ms.value_or(0) > 0) {
        if (message_size_ > TACTUS_EVENT_SIZE_MAX - head) {
            sink.malformed(not_written);
            return;
        }
        tactus::write_osc_bundle_head(packet, time_tag_of(*what.timestamp_ms),
                                      static_cast<std::uint32_t>(message_size_));
        what.bytes = packet.first(head + message_size_);
        what.head_size = head;
    } else {
        what.timestamp_ms.reset();
        what.bytes = packet.subspan(head, message_size_);
    }
    sink.event(what);
}

void text_reader::read_midi(const object& from, text_sink& sink) {
    array bytes;
    std::optional<double> offset_ms;
    element port;
    text_event what;
    if (from["message"].get(bytes) != simdjson::SUCCESS) {
        sink.malformed("\"message\" is not a list of bytes.");
        return;
    }
    std::size_t size = 0;
    for (const element each : bytes) {
        std::uint64_t byte = 0;
        if (each.get(byte) != simdjson::SUCCESS || byte > 0xFF || size == TACTUS_EVENT_SIZE_MAX) {
            sink.malformed("\"message\" holds an item that is not a byte from 0 to 255.");
            return;
        }
        packet_[size++] = static_cast<std::uint8_t>(byte);
    }
    if (size == 0 || !read_number(from, "offset", offset_ms_max, offset_ms)) {
        sink.malformed(size == 0 ? "\"message\" is empty."
                                 : "\"offset\" is not a number of milliseconds.");
        return;
    }
    const bool asks = from["requestedport"].get(port) == simdjson::SUCCESS && !port.is_null();
    if (asks && port.get(what.port) != simdjson::SUCCESS) {
        sink.malformed("\"requestedport\" is no text.");
        return;
    }
    what.protocol = TACTUS_PROTO_MIDI;
    what.bytes = std::span(packet_).first(size);
    what.offset_ms = offset_ms.value_or(0);
    sink.event(what);
}

void text_reader::read_params(const object& from, text_sink& sink) {
    std::string_view address;
    array params;
    text_event what;
    const char* why = nullptr;
    if (from["target"].get(address) != simdjson::SUCCESS || !tactus::is_osc_address(address)) {
        why = "\"target\" is no address.";
    } else if (!read_number(from, "timestamp", timestamp_ms_max, what.timestamp_ms)) {
        why = no_timestamp;
    } else if (from["params"].get(params) != simdjson::SUCCESS) {
        why = "\"params\" is no list.";
    } else {
        why = write_params(params, address);
    }
    if (why != nullptr) {
        sink.malformed(why);
        return;
    }
    send_osc(what, sink);
}

// Writes names and values in turn, in two passes: first the types. Returns what was wrong, or
// nullptr.
const char* text_reader::write_params(const array& params, std::string_view address) {
    constexpr const char* no_param =
        "A param has no text \"name\", or its \"value\" contradicts \"valueisnumber\".";
    struct param {
        std::string_view name;
        std::string_view text;
        double number = 0;
        bool is_number = false;
    };
    const auto read_param = [](const element& from, param& into) {
        element value;
        object one;
        if (from.get(one) != simdjson::SUCCESS || one["name"].get(into.name) != simdjson::SUCCESS ||
            one["value"].get(value) != simdjson::SUCCESS) {
            return false;
        }
        const bool is_said = one["valueisnumber"].get(into.is_number) == simdjson::SUCCESS;
        if (value.get(into.number) == simdjson::SUCCESS) {
            into.is_number = into.is_number || !is_said;
            return into.is_number;
        }
        return value.get(into.text) == simdjson::SUCCESS &&
               (!into.is_number || parse_number(into.text, into.number));
    };
    types_.clear();
    for (const element each : params) {
        param one;
        if (!read_param(each, one)) {
            return no_param;
        }
        types_ += one.is_number ? "sf" : "ss";
    }
    tactus::osc_message_writer out(message_room(), address, types_);
    for (const element each : params) {
        param one;
        static_cast<void>(read_param(each, one)); // succeeds as in the first pass
        out.put(one.name);
        one.is_number ? out.put(to_float(one.number)) : out.put(one.text);
    }
    message_size_ = out.finish();
    return message_size_ == 0 ? not_written : nullptr;
}

void text_reader::read_command(const object& from, text_sink& sink) {
    std::string_view verb;
    if (from["tactus"].get(verb) != simdjson::SUCCESS) {
        verb = "";
    }
    if (verb == "cancel" || verb == "tag") {
        std::string_view tag;
        const simdjson::error_code error = from["tag"].get(tag);
        if ((error != simdjson::SUCCESS && error != simdjson::NO_SUCH_FIELD) ||
            tag.size() > tag_bytes_max) {
            sink.malformed("A tag is a text of at most 255 bytes.");
        } else {
            verb == "tag" ? sink.tag(tag) : sink.cancel(tag);
        }
        return;
    }
    if (verb != "ping") {
        sink.malformed("\"tactus\" is neither \"tag\", \"ping\" nor \"cancel\".");
        return;
    }
    std::optional<double> client_ms;
    clock_ping what;
    if (!read_number(from, "client", timestamp_ms_max, client_ms) || !client_ms.has_value() ||
        !read_number(from, "received", timestamp_ms_max, what.received_ms)) {
        sink.malformed("A ping needs its time in milliseconds as \"client\".");
        return;
    }
    what.client_ms = *client_ms;
    sink.ping(what);
}

} // namespace websocket_in
