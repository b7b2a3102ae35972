// SPDX-License-Identifier: MIT
#include "kernel/control/json_rpc.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

#include <simdjson.h>

namespace tactus::control {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

unexpected<refused_request> refuse(rpc_code code, std::string message, std::string id = "null") {
    return unexpected<refused_request>({{code, std::move(message)}, std::move(id)});
}

std::optional<param_value> scalar(const element& from) {
    switch (from.type()) {
    case element_type::NULL_VALUE:
        return param_value(nullptr);
    case element_type::BOOL:
        return param_value(bool(from.get_bool()));
    case element_type::INT64:
        return param_value(std::int64_t(from.get_int64()));
    case element_type::UINT64:
        return param_value(static_cast<double>(std::uint64_t(from.get_uint64())));
    case element_type::DOUBLE:
        return param_value(double(from.get_double()));
    case element_type::STRING:
        return param_value(std::string(std::string_view(from.get_string())));
    default:
        return std::nullopt;
    }
}

bool is_id(const element& one) {
    return one.is_string() || one.is_number() || one.is_null();
}

params read_params(const simdjson::dom::object& from) {
    params read;
    for (const auto& [key, value] : from) {
        if (std::optional<param_value> one = scalar(value)) {
            read.add(std::string(key), std::move(*one));
        } else {
            read.add_nested(std::string(key), simdjson::minify(value));
        }
    }
    return read;
}

unexpected<error> not_a(const char* type, std::string_view name) {
    return fail(error_kind::invalid,
                "The parameter \"" + std::string(name) + "\" must be " + type + ".");
}

} // namespace

bool params::is_nested(std::string_view name) const noexcept {
    return std::any_of(nested_.begin(), nested_.end(),
                       [name](const auto& each) { return each.first == name; });
}

const param_value* params::find(std::string_view name) const noexcept {
    const auto found = std::find_if(members_.begin(), members_.end(),
                                    [name](const member& each) { return each.name == name; });
    const bool is_there = found != members_.end() && found->value.index() != 0; // null: absent
    return is_there ? &found->value : nullptr;
}

result<std::optional<std::string>> params::text(std::string_view name) const {
    const param_value* const found = find(name);
    const auto* const read = found == nullptr ? nullptr : std::get_if<std::string>(found);
    if (is_nested(name) || (found != nullptr && read == nullptr)) {
        return not_a("a text", name);
    }
    return read == nullptr ? std::optional<std::string>() : std::optional<std::string>(*read);
}

result<std::optional<bool>> params::flag(std::string_view name) const {
    const param_value* const found = find(name);
    const auto* const read = found == nullptr ? nullptr : std::get_if<bool>(found);
    if (is_nested(name) || (found != nullptr && read == nullptr)) {
        return not_a("true or false", name);
    }
    return read == nullptr ? std::optional<bool>() : std::optional<bool>(*read);
}

result<std::optional<double>> params::number(std::string_view name) const {
    const param_value* const found = find(name);
    if (found == nullptr && !is_nested(name)) {
        return std::optional<double>();
    }
    if (found != nullptr && std::holds_alternative<double>(*found)) {
        return std::optional<double>(std::get<double>(*found));
    }
    if (found != nullptr && std::holds_alternative<std::int64_t>(*found)) {
        return std::optional<double>(static_cast<double>(std::get<std::int64_t>(*found)));
    }
    return not_a("a number", name);
}

result<std::optional<std::string>> params::nested(std::string_view name) const {
    for (const auto& [key, json] : nested_) {
        if (key == name) {
            return std::optional<std::string>(json);
        }
    }
    if (find(name) != nullptr) {
        return not_a("a list or an object", name);
    }
    return std::optional<std::string>();
}

rpc_error too_long() {
    return {rpc_code::invalid_request, "The request is longer than 65536 bytes."};
}

struct request_reader::parser {
    parser() : padded(new char[request_size_max + simdjson::SIMDJSON_PADDING]) {}

    simdjson::dom::parser dom;
    std::unique_ptr<char[]> padded; // simdjson reads past the end
};

request_reader::request_reader() : parser_(std::make_unique<parser>()) {}
request_reader::~request_reader() = default;

result<request, refused_request> request_reader::read(std::string_view line) {
    if (line.size() > request_size_max) {
        return unexpected<refused_request>({too_long(), "null"});
    }
    std::memcpy(parser_->padded.get(), line.data(), line.size());
    element whole;
    const simdjson::error_code parsed =
        parser_->dom.parse(parser_->padded.get(), line.size(), false).get(whole);
    if (parsed != simdjson::SUCCESS) {
        return refuse(rpc_code::parse_error, std::string("The line is not valid JSON: ") +
                                                 simdjson::error_message(parsed));
    }
    simdjson::dom::object object;
    if (whole.get(object) != simdjson::SUCCESS) {
        return refuse(rpc_code::invalid_request,
                      whole.is_array() ? "Batches are not accepted: send one object a line."
                                       : "A request is a JSON object.");
    }
    request made;
    element id;
    if (object["id"].get(id) == simdjson::SUCCESS) {
        if (!is_id(id)) {
            return refuse(rpc_code::invalid_request, "\"id\" must be a text, a number or null.");
        }
        made.id = simdjson::minify(id);
    }
    const std::string answer_to = made.id.empty() ? "null" : made.id;
    std::string_view version;
    if (object["jsonrpc"].get(version) != simdjson::SUCCESS || version != "2.0") {
        return refuse(rpc_code::invalid_request, "A request has \"jsonrpc\": \"2.0\".", answer_to);
    }
    std::string_view method;
    if (object["method"].get(method) != simdjson::SUCCESS) {
        return refuse(rpc_code::invalid_request, "A request has a text as \"method\".", answer_to);
    }
    made.method = method;
    element expires;
    if (object["expires"].get(expires) == simdjson::SUCCESS) {
        double at_s = 0;
        if (expires.get(at_s) != simdjson::SUCCESS) {
            return refuse(rpc_code::invalid_request,
                          "\"expires\" must be a number: seconds of CLOCK_MONOTONIC.", answer_to);
        }
        made.expires_s = at_s;
    }
    element given;
    if (object["params"].get(given) == simdjson::SUCCESS) {
        simdjson::dom::object named;
        if (given.get(named) != simdjson::SUCCESS) {
            return refuse(rpc_code::invalid_params, "\"params\" must be an object with names.",
                          answer_to);
        }
        made.with = read_params(named);
    }
    return made;
}

result<std::string, rpc_error> read_response(std::string_view line) {
    simdjson::dom::parser dom;
    simdjson::dom::object object;
    const simdjson::padded_string padded(line);
    if (dom.parse(padded).get(object) != simdjson::SUCCESS) {
        return unexpected<rpc_error>({rpc_code::internal_error, "The answer is not valid JSON."});
    }
    element done;
    if (object["result"].get(done) == simdjson::SUCCESS) {
        return simdjson::minify(done);
    }
    rpc_error why(rpc_code::internal_error, "The answer has neither a result nor an error.");
    std::int64_t code = 0;
    std::string_view message;
    if (object["error"]["code"].get(code) == simdjson::SUCCESS &&
        object["error"]["message"].get(message) == simdjson::SUCCESS) {
        why = rpc_error(static_cast<rpc_code>(code), std::string(message));
        element details;
        if (object["error"]["data"].get(details) == simdjson::SUCCESS) {
            why.details = simdjson::minify(details);
        }
    }
    return unexpected<rpc_error>(std::move(why));
}

std::string write_result(std::string_view result_json, std::string_view id) {
    std::string line = "{\"jsonrpc\":\"2.0\",\"result\":";
    return line.append(result_json).append(",\"id\":").append(id).append("}\n");
}

std::string write_error(const rpc_error& why, std::string_view id) {
    std::string line = "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":";
    line += std::to_string(static_cast<int>(why.code)) + ",\"message\":";
    append_json_string(line, why.message);
    line += why.details.empty() ? "" : ",\"data\":" + why.details;
    return line.append("},\"id\":").append(id).append("}\n");
}

} // namespace tactus::control
