// SPDX-License-Identifier: MIT
// result<T>: a value, or the error that explains why there is none. The names are std::expected's,
// which GCC 12 lacks in C++20; when the compiler has it, this file becomes one using-declaration.
// For expected failures (a config, a device, a full queue); programming errors use TACTUS_ASSERT.
// Not for the hot path, which returns plain enumerations.
#pragma once

#include "kernel/base/assert.hpp"

#include <string>
#include <utility>
#include <variant>

namespace tactus {

enum class error_kind { invalid, not_found, unsupported, io, closed, limit, internal };

// The failure, in a full sentence: what was tried, on what, why it failed, what to do next.
struct error {
    error_kind kind = error_kind::internal;
    std::string text;
};

template <class E>
class unexpected {
public:
    explicit unexpected(E e) : error_(std::move(e)) {}
    [[nodiscard]] E&& take() && noexcept { return std::move(error_); }

private:
    E error_;
};

[[nodiscard]] inline unexpected<error> fail(error_kind kind, std::string text) {
    return unexpected<error>(error{kind, std::move(text)});
}

template <class T, class E = error>
class [[nodiscard]] result {
public:
    using value_type = T;

    result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    result(unexpected<E> e) : state_(std::in_place_index<1>, std::move(e).take()) {}

    [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
    explicit operator bool() const noexcept { return has_value(); }

    // Bounds: only where has_value().
    [[nodiscard]] T& value() & { return check(), *std::get_if<0>(&state_); }
    [[nodiscard]] const T& value() const& { return check(), *std::get_if<0>(&state_); }
    [[nodiscard]] T&& value() && { return check(), std::move(*std::get_if<0>(&state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    // Bounds: only where !has_value().
    [[nodiscard]] const E& error() const& {
        TACTUS_ASSERT(!has_value());
        return *std::get_if<1>(&state_);
    }

private:
    void check() const { TACTUS_ASSERT(has_value()); }

    std::variant<T, E> state_;
};

template <class E>
class [[nodiscard]] result<void, E> {
public:
    using value_type = void;

    result() = default;
    result(unexpected<E> e) : error_(std::move(e).take()), failed_(true) {}

    [[nodiscard]] bool has_value() const noexcept { return !failed_; }
    explicit operator bool() const noexcept { return has_value(); }
    [[nodiscard]] const E& error() const& {
        TACTUS_ASSERT(failed_);
        return error_;
    }

private:
    E error_{};
    bool failed_ = false;
};

} // namespace tactus
