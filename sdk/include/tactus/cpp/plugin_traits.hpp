// SPDX-License-Identifier: MIT
// The definition of a plugin class: the concepts, and the small types in its interface with the
// host. See plugin.hpp for the whole list.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include <tactus/cpp/batch.hpp>
#include <tactus/cpp/context.hpp>
#include <tactus/cpp/task.hpp>
#include <tactus/cpp/text.hpp>
#include <tactus/cpp/time.hpp>
#include <tactus/plugin.h>

namespace tactus {
inline namespace v0_1 {

/// The identity of a plugin. Static text, never nullptr.
struct plugin_info {
    const char* id;   ///< "osc_in"; third parties: "com.vendor.name"
    const char* type; ///< the value of `type` in the configuration
    const char* version;
    const char* vendor;
    const char* license; ///< SPDX identifier
    const char* doc;     ///< one sentence
};

/// The result of a send: `accepted` events were handled, from the front. TACTUS_OK: all of them;
/// TACTUS_E_AGAIN: no room, keep the rest; otherwise the event after them failed and is dropped.
struct send_result {
    send_result(std::uint32_t taken, tactus_status send_status) noexcept
        : accepted(taken), status(send_status) {}
    static send_result all(const batch_view& batch) noexcept {
        return send_result(batch.size(), TACTUS_OK);
    }

    /// The first `taken` events were handled, and the next one cannot be, for that reason: a
    /// sentence for the operator, in the log and in `tactus tap`. Bounds: within `send`.
    static send_result failed(const context& here, std::uint32_t taken, tactus_status why,
                              std::string_view reason) noexcept {
        here.explain(why, reason);
        return send_result(taken, why);
    }

    std::uint32_t accepted;
    tactus_status status;
};

/// The bit of a protocol, for a plugin's `protocols`.
constexpr std::uint32_t protocol_bit(std::uint32_t protocol) noexcept {
    return 1u << protocol;
}

/// Receives the ports that list_ports finds. Threads: work.
class port_visitor {
public:
    using function = void (*)(void* arg, tactus_str system, tactus_str name, tactus_str note)
        TACTUS_NOEXCEPT;
    port_visitor(function visit, void* arg) noexcept : visit_(visit), arg_(arg) {}

    /// A port: its full name, and the TOML value of the option `port` that identifies it
    /// permanently; empty if only its name is known.
    void found(std::string_view system, std::string_view name,
               std::string_view lasting = {}) const noexcept {
        visit_(arg_, to_str(system), to_str(name), to_str(lasting));
    }
    /// A system that is present but has no port now.
    void empty(std::string_view system) const noexcept {
        visit_(arg_, to_str(system), to_str(""), to_str(""));
    }
    /// A system that is missing, and why.
    void missing(std::string_view system, std::string_view reason) const noexcept {
        visit_(arg_, to_str(system), to_str(""), to_str(reason));
    }

private:
    function visit_;
    void* arg_;
};

template <class P>
concept described = std::same_as<std::remove_cv_t<decltype(P::info)>, plugin_info>;

template <class P>
concept runs = requires(P& plugin, context& here) {
    { plugin.run(here) } -> std::same_as<task<void>>;
};

/// An exception from `send` becomes the instance's error; a noexcept `send` is a promise.
template <class P>
concept sends = requires(P& plugin, batch_view batch) {
    { plugin.send(batch) } -> std::same_as<send_result>;
};

template <class P>
concept takes_protocols = requires {
    { P::protocols } -> std::convertible_to<std::uint32_t>;
};

namespace detail {

/// Has members of the names that identify a class as an output, and of functions that the host
/// would not find.
struct known_names {
    int send;
    int protocols;
    int check;
    int outcomes_wanted;
};
template <class P>
struct with_known_names : P, known_names {};

// A name that both bases have is ambiguous, no matter what it names in P and what its access is. A
// final class cannot be a base: only its public members are seen.
template <class P>
concept is_base = std::is_class_v<P> && !std::is_final_v<P>;
template <class P>
concept names_send = (is_base<P> && !requires { &with_known_names<P>::send; }) || requires {
    &P::send;
};
template <class P>
concept names_protocols =
    (is_base<P> && !requires { &with_known_names<P>::protocols; }) || requires {
    &P::protocols;
};
template <class P>
concept names_check = (is_base<P> && !requires { &with_known_names<P>::check; }) || requires {
    &P::check;
};
template <class P>
concept names_outcomes_wanted =
    (is_base<P> && !requires { &with_known_names<P>::outcomes_wanted; }) || requires {
    &P::outcomes_wanted;
};

} // namespace detail

template <class P>
concept output_plugin = described<P> && sends<P> && takes_protocols<P>;

/// A class that has part of an output but is not one is not an input either, but a mistake.
template <class P>
concept input_plugin = described<P> && runs<P> && !sends<P> && !takes_protocols<P> &&
                       !detail::names_send<P> && !detail::names_protocols<P>;

namespace detail {

template <class P>
concept configurable = requires(const tactus_config& raw) {
    { P::options.read(raw) } -> std::same_as<typename P::config>;
};

/// It throws; an answer would be lost.
template <class P>
concept checked = requires(const typename P::config& config) {
    { P::check(config) } -> std::same_as<void>;
};

template <class P>
concept ahead_of_due = requires(const P& plugin) {
    { plugin.ahead() } -> std::convertible_to<std::chrono::nanoseconds>;
};

template <class P>
concept looks_ahead = requires(const P& plugin) {
    { plugin.lookahead() } -> std::convertible_to<std::chrono::nanoseconds>;
};

template <class P>
concept flushable = requires(P& plugin, std::uint32_t port) {
    plugin.flush(port);
};

template <class P>
concept hears_outcomes = requires(const P& asked, P& plugin, std::span<const tactus_outcome> some) {
    { asked.outcomes_wanted() } -> std::convertible_to<std::uint32_t>;
    plugin.report(some, std::uint64_t{0});
};

template <class P>
concept wants_ports = requires(P& plugin, std::string_view name) {
    { plugin.want_port(name) } -> std::same_as<port_answer>;
};

template <class P>
concept discovers = requires(const port_visitor& visit) {
    P::list_ports(visit);
};

template <class P>
concept needs_interfaces = requires {
    P::interfaces[0];
};

template <class P>
constexpr bool may_block() noexcept {
    if constexpr (requires { P::may_block; }) {
        return P::may_block;
    } else {
        return false;
    }
}

template <class P>
constexpr bool takes_sysex_parts() noexcept {
    if constexpr (requires { P::takes_sysex_parts; }) {
        static_assert(std::same_as<std::remove_cv_t<decltype(P::takes_sysex_parts)>, bool>,
                      "`static constexpr bool takes_sysex_parts` has this form");
        return P::takes_sysex_parts;
    } else {
        return false;
    }
}

/// An optional function must not have another form or be private: it would never be called.
template <class P>
constexpr bool has_fitting_callbacks() noexcept {
    static_assert(checked<P> || !names_check<P>,
                  "`static void check(const config&)` is public and has this form");
    static_assert(
        ahead_of_due<P> || !requires { &P::ahead; },
        "`ahead() const` gives what converts to std::chrono::nanoseconds");
    static_assert(
        (looks_ahead<P> && may_block<P>()) || !requires { &P::lookahead; },
        "`lookahead() const` gives what converts to std::chrono::nanoseconds, with may_block");
    static_assert(
        flushable<P> || !requires { &P::flush; }, "`void flush(std::uint32_t port)` has this form");
    static_assert(
        wants_ports<P> || !requires { &P::want_port; },
        "`port_answer want_port(std::string_view name)` has this form");
    static_assert(hears_outcomes<P> || !names_outcomes_wanted<P>,
                  "a public `std::uint32_t outcomes_wanted() const` stands beside a public `void "
                  "report(std::span<const tactus_outcome> outcomes, std::uint64_t lost)`");
    static_assert(
        hears_outcomes<P> || !requires { &P::report; },
        "`void report(std::span<const tactus_outcome> outcomes, std::uint64_t lost)` stands "
        "beside `std::uint32_t outcomes_wanted() const`");
    static_assert(
        discovers<P> || !requires { &P::list_ports; },
        "`static void list_ports(const tactus::port_visitor&)` has this form");
    return true;
}

/// Reports what a class that is not a plugin lacks; true for a plugin.
template <class P>
constexpr bool is_whole_plugin() noexcept {
    constexpr bool is_output =
        names_send<P> || names_protocols<P> || sends<P> || takes_protocols<P>;
    static_assert(described<P>, "a plugin has `static constexpr tactus::plugin_info info`");
    static_assert(!is_output || takes_protocols<P>,
                  "an output says what it takes: it has a public `static constexpr std::uint32_t "
                  "protocols`; an input has no member of the name `send`");
    static_assert(!is_output || sends<P>,
                  "an output takes events: it has a public `tactus::send_result "
                  "send(tactus::batch_view)`; an input has no member of the name `protocols`");
    static_assert(is_output || runs<P>,
                  "an input has a public `tactus::task<> run(tactus::context&)`; an output has "
                  "`send` and `protocols`");
    static_assert(has_fitting_callbacks<P>());
    static_assert(std::is_nothrow_destructible_v<P>,
                  "a plugin's destructor does not throw: there is nobody left to be told");
    return true;
}

} // namespace detail
} // namespace v0_1
} // namespace tactus
