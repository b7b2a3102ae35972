// SPDX-License-Identifier: MIT
// The exception of the throwing calls: a status of the C ABI with a text that names what was tried.
// It stays inside the image that throws it: it passes neither the C ABI nor a callback.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include <tactus/abi.h>

namespace tactus {
inline namespace v0_1 {

/// A short name for each status of abi.h; "unknown status" for one of a later version.
constexpr std::string_view name_of(tactus_status status) noexcept {
    switch (status) {
    case TACTUS_OK:
        return "ok";
    case TACTUS_PENDING:
        return "pending";
    case TACTUS_E_AGAIN:
        return "full, try again later";
    case TACTUS_E_CANCELED:
        return "canceled";
    case TACTUS_E_INVALID:
        return "invalid argument";
    case TACTUS_E_UNSUPPORTED:
        return "not supported";
    case TACTUS_E_NOMEM:
        return "out of memory or at a limit";
    case TACTUS_E_IO:
        return "transport failed";
    case TACTUS_E_CLOSED:
        return "closed";
    case TACTUS_E_CONFIG:
        return "configuration cannot work";
    case TACTUS_E_WRONG_THREAD:
        return "called from the wrong thread";
    case TACTUS_E_INTERNAL:
        return "internal fault";
    case TACTUS_E_TIMEOUT:
        return "timed out";
    case TACTUS_E_DENIED:
        return "not allowed";
    default:
        return "unknown status";
    }
}

/// An expected failure that is passed up: the status, and a text such as
/// "bind 0.0.0.0:9000: closed".
class failure : public std::exception {
public:
    failure(tactus_status status, std::string text) : status_(status), text_(std::move(text)) {}

    /// "what was tried: the status's name".
    static failure of(tactus_status status, std::string_view tried) {
        std::string text(tried);
        text += ": ";
        text += name_of(status);
        return failure(status, std::move(text));
    }

    tactus_status status() const noexcept { return status_; }
    const std::string& text() const noexcept { return text_; }
    const char* what() const noexcept override { return text_.c_str(); }

private:
    tactus_status status_;
    std::string text_;
};

} // namespace v0_1
} // namespace tactus
