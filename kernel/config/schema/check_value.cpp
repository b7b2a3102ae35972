// SPDX-License-Identifier: MIT
#include "kernel/config/schema/check_value.hpp"

#include "kernel/config/endpoint.hpp"
#include "kernel/config/quantity.hpp"
#include "kernel/config/suggestion.hpp"
#include "kernel/config/text.hpp"
#include "kernel/net/passed_sockets.hpp"

#include <tactus/cpp/endpoint_parts.hpp>

#include <algorithm>
#include <cmath>

namespace tactus::config {
namespace {

using outcome = result<value, complaint>;

constexpr std::string_view to_key = "to"; // a destination address

outcome whole(std::int64_t number) {
    value out;
    out.integer = number;
    return out;
}

outcome floating(double number) {
    value out;
    out.real = number;
    return out;
}

outcome words(std::string text, std::int64_t integer = 0) {
    value out;
    out.text = std::move(text);
    out.integer = integer;
    return out;
}

template <class Parsed>
outcome converted(const Parsed& parsed, outcome (*make)(typename Parsed::value_type)) {
    return parsed ? make(*parsed) : outcome(unexpected<complaint>(parsed.error()));
}

bool is_written_number(const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

// The value is of the wrong kind: reports the expected and the found kind, and the text to write if
// that is known.
outcome mismatch(const tactus_option& option, const node& from) {
    complaint out{"expected " + expectation(option) + ", found " +
                  std::string(kind_name(from.kind))};
    const bool is_text = from.kind == node_kind::text;
    switch (option.type) {
    case TACTUS_OPT_BOOL:
        if (is_text && (from.text == "true" || from.text == "false")) {
            out.hint = "write " + from.text + " without quotes";
        }
        break;
    case TACTUS_OPT_INT:
    case TACTUS_OPT_FLOAT:
        if (is_text && is_written_number(from.text)) {
            out.hint = "write " + escaped(from.text) + " without quotes";
        }
        break;
    case TACTUS_OPT_STRING:
        if (from.kind == node_kind::integer) {
            out.hint = "write \"" + std::to_string(from.integer) + "\"";
        }
        break;
    case TACTUS_OPT_DURATION:
    case TACTUS_OPT_RATE:
        if (from.kind == node_kind::integer) {
            out.hint = "add a unit and quotes, like \"" + std::to_string(from.integer) +
                       (option.type == TACTUS_OPT_RATE ? "/s\"" : "ms\"");
        }
        break;
    default:
        break;
    }
    return unexpected<complaint>(std::move(out));
}

outcome read_choice(const tactus_option& option, const std::string& text) {
    const std::vector<std::string_view> choices = words_of(option.choices);
    const auto it = std::find(choices.begin(), choices.end(), text);
    if (it == choices.end()) {
        return unexpected<complaint>(
            {"expected " + listed(choices, "or") + ", found " + quoted(text),
             did_you_mean(text, choices)});
    }
    return words(text, it - choices.begin());
}

// A socket of the service manager, as the endpoint that it is bound to. A command other than `run`
// cannot know it: there the name stays.
outcome read_passed(const std::string& text, std::span<const std::string_view> schemes) {
    const std::string name = text.substr(net::passed_scheme.size());
    if (name.empty() || name.find_first_of(":/") != std::string::npos) {
        return unexpected<complaint>(
            {quoted(name) + " is not the name of a socket of systemd",
             {},
             "the name is that of FileDescriptorName= in the [Socket] section of a socket unit"});
    }
    const net::passed_sockets& passed = net::passed_sockets::of_process();
    if (!passed.is_taken()) {
        return words(text);
    }
    result<std::string> endpoint = passed.resolve(text);
    if (!endpoint) {
        return unexpected<complaint>(
            {quoted(text) + ": " + endpoint.error().text,
             {},
             "a socket unit with FileDescriptorName=" + escaped(name) +
                 " passes it, if the service has Sockets= with the name of that unit"});
    }
    if (const auto parts = detail::split_scheme(*endpoint);
        schemes.empty() && parts.scheme == "tcp") {
        *endpoint = std::string(parts.rest); // host and port alone
    }
    if (const auto parsed = parse_endpoint(*endpoint, schemes); !parsed) {
        return unexpected<complaint>(
            {quoted(text) + " is " + quoted(*endpoint) + ", which cannot be used here: expected " +
                 (schemes.empty() ? "a TCP socket" : listed(schemes, "or")),
             {},
             "ListenStream= makes sockets for connections, ListenDatagram= those for datagrams"});
    }
    return words(*endpoint);
}

// A word in place of true or false: the first is 2, and so on.
outcome read_bool_word(const tactus_option& option, const node& from) {
    const std::vector<std::string_view> choices = words_of(option.choices);
    const auto it = std::find(choices.begin(), choices.end(), from.text);
    return it == choices.end() ? mismatch(option, from)
                               : words(from.text, 2 + (it - choices.begin()));
}

outcome read_text(const tactus_option& option, const node& from) {
    if (from.text.find('\0') != std::string::npos) {
        return unexpected<complaint>({"the text contains a NUL character", "delete it"});
    }
    switch (option.type) {
    case TACTUS_OPT_DURATION:
        return converted(parse_duration(from.text), whole);
    case TACTUS_OPT_BYTES:
        return converted(parse_size(from.text), whole);
    case TACTUS_OPT_RATE:
        return converted(parse_rate(from.text), floating);
    case TACTUS_OPT_CHOICE:
        return read_choice(option, from.text);
    case TACTUS_OPT_ENDPOINT: {
        if (from.text.starts_with(net::passed_scheme) &&
            std::string_view(option.key).ends_with("listen")) {
            return read_passed(from.text, words_of(option.choices));
        }
        const auto parsed =
            parse_endpoint(from.text, words_of(option.choices),
                           option.key == to_key ? endpoint_use::send : endpoint_use::listen);
        return parsed ? words(from.text) : outcome(unexpected<complaint>(parsed.error()));
    }
    case TACTUS_OPT_STRING:
        return words(from.text);
    case TACTUS_OPT_BOOL:
        return read_bool_word(option, from);
    default:
        return mismatch(option, from);
    }
}

outcome read_real(double number) {
    if (!std::isfinite(number)) {
        return unexpected<complaint>({"expected a finite number"});
    }
    return floating(number);
}

bool is_measured_in_real(const tactus_option& option) {
    return option.type == TACTUS_OPT_FLOAT || option.type == TACTUS_OPT_RATE;
}

// Whether a is below b, by the option's ordering.
bool is_below(const tactus_option& option, const value& a, const value& b) {
    return is_measured_in_real(option) ? a.real < b.real : a.integer < b.integer;
}

value bound(const tactus_option& option, const char* toml) {
    result<node, diagnostic> parsed = parse_value(toml);
    TACTUS_ASSERT(parsed.has_value());
    outcome read = read_unbounded(option, *parsed);
    TACTUS_ASSERT(read.has_value());
    return std::move(read).value();
}

std::string shown(const node& from, const value& read) {
    if (from.kind == node_kind::text) {
        return quoted(from.text);
    }
    std::string number = std::to_string(from.kind == node_kind::real ? 0 : read.integer);
    if (from.kind == node_kind::real || read.real != 0) {
        number = std::to_string(read.real);
        number.erase(number.find_last_not_of('0') + 1);
        number.erase(number.ends_with('.') ? number.size() - 1 : number.size());
    }
    return number;
}

} // namespace

outcome read_unbounded(const tactus_option& option, const node& from) {
    switch (from.kind) {
    case node_kind::text:
        return read_text(option, from);
    case node_kind::boolean:
        return option.type == TACTUS_OPT_BOOL ? whole(from.integer) : mismatch(option, from);
    case node_kind::integer:
        if (option.type == TACTUS_OPT_INT || option.type == TACTUS_OPT_BYTES) {
            return whole(from.integer);
        }
        return option.type == TACTUS_OPT_FLOAT ? read_real(static_cast<double>(from.integer))
                                               : mismatch(option, from);
    case node_kind::real:
        return option.type == TACTUS_OPT_FLOAT ? read_real(from.real) : mismatch(option, from);
    default:
        return mismatch(option, from);
    }
}

outcome read_value(const tactus_option& option, const node& from) {
    outcome read = read_unbounded(option, from);
    if (!read) {
        return read;
    }
    // No sign, unless the table allows negative values.
    const bool is_quantity = option.type == TACTUS_OPT_DURATION || option.type == TACTUS_OPT_BYTES;
    if (is_quantity && option.min_toml == nullptr && read->integer < 0) {
        return unexpected<complaint>({shown(from, *read) + " is negative; expected 0 or more"});
    }
    const bool is_low =
        option.min_toml != nullptr && is_below(option, *read, bound(option, option.min_toml));
    const bool is_high =
        option.max_toml != nullptr && is_below(option, bound(option, option.max_toml), *read);
    if (is_low || is_high) {
        return unexpected<complaint>(
            {shown(from, *read) + " is out of range; " + range_text(option)});
    }
    return read;
}

std::string range_text(const tactus_option& option) {
    const std::string min = option.min_toml != nullptr ? option.min_toml : "";
    const std::string max = option.max_toml != nullptr ? option.max_toml : "";
    if (!min.empty() && !max.empty()) {
        return "expected " + min + " to " + max;
    }
    if (!min.empty()) {
        return "expected at least " + min;
    }
    return max.empty() ? "" : "expected at most " + max;
}

std::string expectation(const tactus_option& option) {
    const std::vector<std::string_view> choices = words_of(option.choices);
    switch (option.type) {
    case TACTUS_OPT_BOOL:
        return choices.empty() ? "true or false" : "true, false or " + listed(choices, "or");
    case TACTUS_OPT_INT:
        return "a whole number";
    case TACTUS_OPT_FLOAT:
        return "a number";
    case TACTUS_OPT_STRING:
        return "text in quotes";
    case TACTUS_OPT_DURATION:
        return "a duration in quotes, like \"250ms\"";
    case TACTUS_OPT_BYTES:
        return "a size, like \"64KiB\" or 65536";
    case TACTUS_OPT_RATE:
        return "a rate in quotes, like \"2000/s\"";
    case TACTUS_OPT_CHOICE:
        return listed(choices, "or");
    case TACTUS_OPT_ENDPOINT:
        return choices.empty() ? "a host and a port, like \"127.0.0.1:9000\""
               : choices.front() == "unix"
                   ? "an address, like \"unix:///run/tactus/in.sock\""
                   : "an address, like \"" + std::string(choices.front()) + "://127.0.0.1:9000\"";
    default:
        return (option.flags & TACTUS_OPT_OR_TEXT) != 0
                   ? "text in quotes, or a table, like { key = value }"
                   : "a table, like { key = value }";
    }
}

} // namespace tactus::config
