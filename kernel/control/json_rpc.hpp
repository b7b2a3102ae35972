// SPDX-License-Identifier: MIT
// JSON-RPC 2.0 as the control socket speaks it: one object a line, in both directions.
//     request  = {"jsonrpc": "2.0", "method": TEXT, "params": {NAME: scalar, ...}, "id": ID} LF
//     response = {"jsonrpc":"2.0","result":JSON,"id":ID} LF
//              | {"jsonrpc":"2.0","error":{"code":NUMBER,"message":TEXT[,"data":JSON]},"id":ID} LF
// A request without an id is a notification, which gets no response. Members that are not known are
// ignored, in the request and in `params`. Neither positional params nor batches are accepted.
// Pure functions on bytes. Source: https://www.jsonrpc.org/specification
#pragma once

#include "kernel/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tactus::control {

// A request may have this many bytes, without its line feed.
inline constexpr std::size_t request_size_max = 65'536;

// The codes of the specification, and ours from -32000 down.
enum class rpc_code : int {
    parse_error = -32700,
    invalid_request = -32600,
    method_not_found = -32601,
    invalid_params = -32602,
    internal_error = -32603,
    failed = -32000,      // the daemon understood, and could not do it
    not_allowed = -32001, // this socket only answers requests that change nothing
    expired = -32002,     // the daemon read it too late, and did nothing
    no_answer = 0,        // never sent: the result of a client that got no answer
};

// `message` is for a person: what is wrong, and what to do.
struct rpc_error {
    rpc_error() = default;
    rpc_error(rpc_code with, std::string says) : code(with), message(std::move(says)) {}

    rpc_code code = rpc_code::internal_error;
    std::string message;
    std::string details; // the same as JSON, the member "data"; may be empty
};

using param_value = std::variant<std::nullptr_t, bool, std::int64_t, double, std::string>;

// The members of `params`: those whose values are scalars, and others as JSON.
class params {
public:
    void add(std::string name, param_value value) {
        members_.push_back({std::move(name), std::move(value)});
    }
    void add_nested(std::string name, std::string json) {
        nested_.push_back({std::move(name), std::move(json)});
    }

    // Nothing if it is absent or null. Errors: invalid (of another type); the text names the member
    // and what was expected.
    [[nodiscard]] result<std::optional<std::string>> text(std::string_view name) const;
    [[nodiscard]] result<std::optional<bool>> flag(std::string_view name) const;
    [[nodiscard]] result<std::optional<double>> number(std::string_view name) const;
    // A list or an object, as JSON.
    [[nodiscard]] result<std::optional<std::string>> nested(std::string_view name) const;

private:
    struct member {
        std::string name;
        param_value value;
    };

    [[nodiscard]] const param_value* find(std::string_view name) const noexcept;
    [[nodiscard]] bool is_nested(std::string_view name) const noexcept;

    std::vector<member> members_;
    std::vector<std::pair<std::string, std::string>> nested_; // by name
};

struct request {
    std::string method;
    params with;
    std::string id;                  // as JSON; empty: a notification
    std::optional<double> expires_s; // of CLOCK_MONOTONIC: the client does not wait any longer
};

struct refused_request {
    rpc_error why;
    std::string id = "null"; // as JSON, where it could be read
};

// The answer to a request of more than request_size_max bytes.
[[nodiscard]] rpc_error too_long();

// Reads requests; keeps the parser's memory. Bounds: request_size_max.
class request_reader {
public:
    request_reader();
    request_reader(const request_reader&) = delete;
    request_reader& operator=(const request_reader&) = delete;
    ~request_reader();

    // `line` has no line feed.
    [[nodiscard]] result<request, refused_request> read(std::string_view line);

private:
    struct parser;
    std::unique_ptr<parser> parser_;
};

// For clients: the result, as JSON, or the error of a response.
[[nodiscard]] result<std::string, rpc_error> read_response(std::string_view line);

// With the line feed. `result_json` and `id` are JSON.
[[nodiscard]] std::string write_result(std::string_view result_json, std::string_view id);
[[nodiscard]] std::string write_error(const rpc_error& why, std::string_view id);

} // namespace tactus::control
