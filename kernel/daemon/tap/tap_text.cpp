// SPDX-License-Identifier: MIT
#include "kernel/daemon/tap/tap_text.hpp"

#include "kernel/base/hexadecimal.hpp"
#include "kernel/codec/osc_message.hpp"
#include "kernel/config/text.hpp"
#include "kernel/daemon/tap/event_text.hpp"
#include "kernel/flow/ledger.hpp"

#include <tactus/cpp/json_writer.hpp>
#include <tactus/cpp/utf8.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <span>

namespace tactus::daemon {
namespace {

using bytes = std::span<const std::uint8_t>;

constexpr std::array<std::string_view, 5> result_names = {"received", "rejected", "unrouted",
                                                          "sent", "dropped"};
constexpr std::size_t raw_bytes_max = 64;                   // of an event that is neither MIDI nor
                                                            // OSC
constexpr double integer_max = 9'223'372'036'854'775'808.0; // readers take no larger one
constexpr std::string_view kernel_name = "(tactus)";

// Seconds, with the microsecond as last digit.
void append_seconds(std::string& out, std::string_view key, std::int64_t of_ns) {
    std::int64_t us = of_ns / 1'000;
    std::array<char, 32> digits;
    char* at = digits.data() + digits.size();
    const bool is_negative = us < 0;
    us = is_negative ? -us : us;
    for (int place = 0; place < 6 || us > 0 || place == 6; ++place, us /= 10) {
        if (place == 6) {
            *--at = '.';
        }
        *--at = static_cast<char>('0' + us % 10);
    }
    out.append(",\"").append(key).append("\":").append(is_negative ? "-" : "");
    out.append(at, digits.data() + digits.size());
}

template <class Real>
void append_real(std::string& out, Real value) {
    std::array<char, 32> digits; // the shortest form that reads back exactly
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), end.ptr);
    const bool is_whole = std::find_if(digits.data(), end.ptr,
                                       [](char c) { return c == '.' || c == 'e'; }) == end.ptr;
    if (is_whole && ((value == 0 && std::signbit(value)) || std::abs(value) >= integer_max)) {
        out += ".0"; // readers take it for an integer otherwise: without a sign, or too large
    }
}

void append_hex_value(std::string& out, bytes of) {
    out.append("{\"hex\":\"").append(base::hexadecimal(of)).append("\"}");
}

// The value of an argument as JSON, exactly; its bytes where JSON has no such value. Empty for a
// type without a value.
void append_value(std::string& out, const codec::osc_argument& of) {
    const auto text = of.as_string();
    if (text && is_utf8(*text)) {
        append_json_string(out, *text);
    } else if (text) {
        append_hex_value(out, {reinterpret_cast<const std::uint8_t*>(text->data()), text->size()});
    } else if (const auto blob = of.as_blob()) {
        append_hex_value(out, *blob);
    } else if (const auto integer = of.as_int64()) {
        out += std::to_string(*integer);
    } else if (const auto real = of.as_double(); real && std::isfinite(*real)) {
        of.tag() == 'f' ? append_real(out, static_cast<float>(*real)) : append_real(out, *real);
    } else {
        append_hex_value(out, of.bytes());
    }
}

void append_osc(std::string& out, const codec::osc_message& message) {
    out += ",\"osc\":";
    append_json_string(out, message.address);
    out += ",\"args\":[";
    const char* separator = "";
    for (const codec::osc_argument argument : codec::arguments(message)) {
        out.append(separator).append("[\"").append(1, argument.tag()).append("\"");
        if (!argument.bytes().empty()) {
            out += ',';
            append_value(out, argument);
        }
        out += ']';
        separator = ",";
    }
    out += ']';
}

void append_contents(std::string& out, const flow::observed_event& of) {
    codec::osc_message message;
    if (of.protocol == TACTUS_PROTO_OSC &&
        codec::parse_message(of.bytes, message) == codec::osc_error::none) {
        append_osc(out, message);
    } else if (of.protocol == TACTUS_PROTO_MIDI) {
        out.append(",\"midi\":\"").append(base::hexadecimal(of.bytes)).append("\"");
        out += (of.flags & TACTUS_EVENT_SYSEX_PART) != 0 ? ",\"part\":true" : "";
    } else {
        const bytes shown = of.bytes.first(std::min(of.bytes.size(), raw_bytes_max));
        out.append(",\"raw\":\"").append(base::hexadecimal(shown));
        out.append("\",\"size\":").append(std::to_string(of.bytes.size()));
    }
    out += ",\"text\":";
    append_json_string(out, event_text(of));
}

} // namespace

tap_names names_of(const config::settings& settings) {
    tap_names names;
    for (const config::input_settings& each : settings.inputs) {
        names.inputs.push_back(each.name);
    }
    for (const config::output_settings& each : settings.outputs) {
        names.outputs.push_back(each.name);
    }
    for (std::size_t i = 0; i < settings.routes.size(); ++i) {
        const std::size_t id = settings.routes[i].id;
        names.routes.resize(std::max(names.routes.size(), id + 1));
        names.routes[id] = config::route_name(settings, i);
    }
    return names;
}

std::string_view result_name(flow::observed what) noexcept {
    return result_names[static_cast<std::size_t>(what)];
}

std::string_view reason_name(const flow::observed_event& of) noexcept {
    switch (of.what) {
    case flow::observed::rejected:
        return flow::rejected_names[of.reason];
    case flow::observed::unrouted:
        return flow::unrouted_names[of.reason];
    case flow::observed::dropped:
        return flow::dropped_names[of.reason];
    case flow::observed::received:
    case flow::observed::sent:
        break;
    }
    return {};
}

std::int64_t late_ns(const flow::observed_event& of) noexcept {
    return of.at_ns - std::max(of.due_ns, of.came_ns);
}

std::string event_text(const flow::observed_event& of) {
    if (of.bytes.empty()) {
        return "(not known any more)";
    }
    tactus_event event{};
    event.bytes = of.bytes.data();
    event.size = static_cast<std::uint32_t>(of.bytes.size());
    event.protocol = of.protocol;
    event.flags = of.flags;
    return event_text(event);
}

bool is_intended(const flow::observed_event& of) noexcept {
    if (of.what == flow::observed::unrouted) {
        return static_cast<flow::unrouted>(of.reason) == flow::unrouted::filtered;
    }
    if (of.what != flow::observed::dropped) {
        return false;
    }
    constexpr std::array intended = {flow::dropped::cancelled, flow::dropped::stop,
                                     flow::dropped::outdated, flow::dropped::throttled,
                                     flow::dropped::unchanged};
    return std::find(intended.begin(), intended.end(), static_cast<flow::dropped>(of.reason)) !=
           intended.end();
}

std::string not_sent_text(const flow::observed_event& of) {
    const std::string_view reason = reason_name(of);
    if (reason.empty()) {
        return {};
    }
    std::string text = std::string(result_name(of.what)) + ": " + std::string(reason);
    return of.detail.empty() ? text : text + ": " + config::one_line(of.detail);
}

void append_event(std::string& out, const flow::observed_event& of, std::uint64_t count,
                  const tap_names& names, std::int64_t unix_offset_ns) {
    out.append(R"({"jsonrpc":"2.0","method":"event","params":{"result":")");
    out.append(result_name(of.what)).append("\"");
    if (const std::string_view reason = reason_name(of); !reason.empty()) {
        out.append(",\"reason\":\"").append(reason).append("\"");
    }
    if (!of.detail.empty()) {
        out += ",\"detail\":";
        append_json_string(out, of.detail);
    }
    append_seconds(out, "at", of.at_ns + unix_offset_ns);
    if (of.came_ns != 0) {
        append_seconds(out, "came", of.came_ns + unix_offset_ns);
    }
    if (of.due_ns != 0) {
        append_seconds(out, "due", of.due_ns + unix_offset_ns);
    }
    if (of.what == flow::observed::sent) {
        append_seconds(out, "late", late_ns(of));
    }
    const auto append_name = [&out](std::string_view key, std::string_view name) {
        if (!name.empty()) {
            out.append(",\"").append(key).append("\":\"").append(name).append("\"");
        }
    };
    const bool is_own = of.input == flow::no_input && !of.bytes.empty();
    append_name("input", is_own ? kernel_name : name_at(names.inputs, of.input));
    append_name("output", name_at(names.outputs, of.output));
    if (const std::string_view route = name_at(names.routes, of.route); !route.empty()) {
        out += ",\"route\":";
        append_json_string(out, route);
    }
    if (count != 1) {
        out.append(",\"count\":").append(std::to_string(count));
    } else if (!of.bytes.empty()) {
        append_contents(out, of);
    }
    out += "}}\n";
}

void append_missed(std::string& out, std::uint64_t count) {
    out.append(R"({"jsonrpc":"2.0","method":"missed","params":{"count":)");
    out.append(std::to_string(count)).append("}}\n");
}

} // namespace tactus::daemon
