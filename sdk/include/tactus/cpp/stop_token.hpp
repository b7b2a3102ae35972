// SPDX-License-Identifier: MIT
// Stop requests for tasks: stop_source, stop_token, stop_callback. Like those of std, but for one
// thread: no atomics, no lock, no allocation; a callback is a node in its owner's memory (an
// awaiter, mostly).
// A token borrows its source: the source must outlive its tokens' use and its callbacks (checked).
// Sources form a tree: one created with a parent token is requested when the parent is.
// Everything here: Threads: loop (one thread for the source and everything linked to it).
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <type_traits>
#include <utility>

#include <tactus/cpp/check.hpp>

namespace tactus {
inline namespace v0_1 {

class stop_registration;
class stop_token;

namespace detail {

/// The state that a source shares with its tokens; it is stored inside the source.
struct stop_state {
    bool is_requested = false;
    stop_registration* first = nullptr;
    stop_registration* last = nullptr;

    void append(stop_registration& node) noexcept;
    void remove(stop_registration& node) noexcept;
    bool request() noexcept;
};

} // namespace detail

/// Tells whether a stop was requested. A default-constructed token never stops. Copy it freely.
class stop_token {
public:
    constexpr stop_token() noexcept = default;
    explicit constexpr stop_token(detail::stop_state& state) noexcept : state_(&state) {}

    bool stop_requested() const noexcept { return state_ != nullptr && state_->is_requested; }
    bool stop_possible() const noexcept { return state_ != nullptr; }
    friend bool operator==(stop_token, stop_token) noexcept = default;

private:
    friend class stop_registration;
    detail::stop_state* state_ = nullptr;
};

/// A call to be made once at the stop request. Callbacks run in the order in which they were armed,
/// inside request_stop(); they may disarm or destroy themselves and others, and arm new ones. They
/// must not resume coroutines, only put them into a ready queue.
class stop_registration {
public:
    using function = void (*)(void* context) noexcept;

    stop_registration() noexcept = default;
    stop_registration(const stop_registration&) = delete;
    stop_registration& operator=(const stop_registration&) = delete;
    ~stop_registration() { disarm(); }

    /// Arms it. If the stop has been requested already, the call is made at once, inside arm().
    void arm(stop_token token, function call, void* context) noexcept {
        detail::require(state_ == nullptr, "a stop callback was armed twice");
        if (token.stop_requested()) {
            call(context);
        } else if (token.state_ != nullptr) {
            call_ = call;
            context_ = context;
            state_ = token.state_;
            state_->append(*this);
        }
    }

    /// Cancels the call. Does nothing if it is not armed or was already called.
    void disarm() noexcept {
        if (state_ != nullptr) {
            state_->remove(*this);
        }
    }

    bool is_armed() const noexcept { return state_ != nullptr; }

private:
    friend struct detail::stop_state;
    detail::stop_state* state_ = nullptr;
    stop_registration* previous_ = nullptr;
    stop_registration* next_ = nullptr;
    function call_ = nullptr;
    void* context_ = nullptr;
};

namespace detail {

inline void stop_state::append(stop_registration& node) noexcept {
    node.previous_ = last;
    (last != nullptr ? last->next_ : first) = &node;
    last = &node;
}

inline void stop_state::remove(stop_registration& node) noexcept {
    (node.previous_ != nullptr ? node.previous_->next_ : first) = node.next_;
    (node.next_ != nullptr ? node.next_->previous_ : last) = node.previous_;
    node.previous_ = nullptr;
    node.next_ = nullptr;
    node.state_ = nullptr;
}

inline bool stop_state::request() noexcept {
    if (is_requested) {
        return false;
    }
    is_requested = true;
    while (stop_registration* node = first) {
        const auto call = node->call_;
        void* const context = node->context_;
        remove(*node); // before the call, which may destroy the node
        call(context);
    }
    return true;
}

} // namespace detail

/// Owns the request. It must outlive request_stop() and all callbacks linked to it.
class stop_source {
public:
    stop_source() noexcept = default;
    /// Linked: requested as soon as `parent` is, at once if it already is.
    explicit stop_source(stop_token parent) noexcept {
        link_.arm(
            parent,
            [](void* state) noexcept { static_cast<detail::stop_state*>(state)->request(); },
            &state_);
    }
    stop_source(const stop_source&) = delete;
    stop_source& operator=(const stop_source&) = delete;
    ~stop_source() {
        detail::require(state_.first == nullptr, "a stop_source ended before its callbacks");
    }

    /// Runs all callbacks, the first time. Returns false if it was requested before.
    bool request_stop() noexcept { return state_.request(); }
    bool stop_requested() const noexcept { return state_.is_requested; }
    stop_token token() noexcept { return stop_token(state_); }

private:
    detail::stop_state state_;
    stop_registration link_;
};

/// A stop_registration with a callable of its own, armed for its lifetime. The callable must not
/// throw. Owns: the callable.
template <class Callable>
class stop_callback {
public:
    static_assert(std::is_nothrow_invocable_v<Callable&>, "a stop callback is noexcept");

    stop_callback(stop_token token, Callable callable) : callable_(std::move(callable)) {
        registration_.arm(
            token, [](void* self) noexcept { (*static_cast<Callable*>(self))(); }, &callable_);
    }

private:
    Callable callable_;
    stop_registration registration_;
};

} // namespace v0_1
} // namespace tactus
