// SPDX-License-Identifier: MIT
// What makes a class a plugin: the concepts, and the small types in which it answers the host.
// See plugin.hpp for the whole list.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include <tactus/cpp/batch.hpp>
#include <tactus/cpp/context.hpp>
#include <tactus/cpp/task.hpp>
#include <tactus/cpp/text.hpp>
#include <tactus/plugin.h>

namespace tactus {
inline namespace v0_1 {

/// Who a plugin is. Static text, none of it nullptr.
struct plugin_info {
    const char* id;   ///< "osc_in"; third parties: "com.vendor.name"
    const char* type; ///< what the configuration's `type` says
    const char* version;
    const char* vendor;
    const char* license; ///< SPDX identifier
    const char* doc;     ///< one sentence
};

/// How a send went: `accepted` events were dealt with, from the front. TACTUS_OK: all of them;
/// TACTUS_E_AGAIN: no room, keep the rest; else the event after them failed and is dropped.
struct send_result {
    send_result(std::uint32_t taken, tactus_status send_status) noexcept
        : accepted(taken), status(send_status) {}
    static send_result all(const batch_view& batch) noexcept {
        return send_result(batch.size(), TACTUS_OK);
    }

    std::uint32_t accepted;
    tactus_status status;
};

/// The bit of a protocol, for a plugin's `protocols`.
constexpr std::uint32_t protocol_bit(std::uint32_t protocol) noexcept {
    return 1u << protocol;
}

/// Takes the ports that list_ports finds. Threads: work.
class port_visitor {
public:
    using function = void (*)(void* arg, tactus_str system, tactus_str name,
                              tactus_str note) TACTUS_NOEXCEPT;
    port_visitor(function visit, void* arg) noexcept : visit_(visit), arg_(arg) {}

    /// A port, named as a configuration would.
    void found(std::string_view system, std::string_view name) const noexcept {
        visit_(arg_, to_str(system), to_str(name), to_str(""));
    }
    /// A system that is not there, and why.
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

template <class P>
concept output_plugin = described<P> && requires(P& plugin, batch_view batch) {
    { plugin.send(batch) } -> std::same_as<send_result>;
    { P::protocols } -> std::convertible_to<std::uint32_t>;
};

template <class P>
concept input_plugin = described<P> && runs<P> && !output_plugin<P>;

namespace detail {

template <class P>
concept configurable = requires(const tactus_config& raw) {
    { P::options.read(raw) } -> std::same_as<typename P::config>;
};

template <class P>
concept checked = requires(const typename P::config& config) {
    P::check(config);
};

template <class P>
concept ahead_of_due = requires(const P& plugin) {
    { plugin.ahead() } -> std::convertible_to<std::chrono::nanoseconds>;
};

template <class P>
concept flushable = requires(P& plugin, std::uint32_t port) {
    plugin.flush(port);
};

template <class P>
concept hears_outcomes = requires(const P& asked, P& plugin, std::span<const tactus_outcome> some) {
    { asked.outcomes_wanted() } -> std::convertible_to<std::uint32_t>;
    plugin.told(some, std::uint64_t{0});
};

template <class P>
concept wants_ports = requires(P& plugin, std::string_view name) {
    { plugin.want_port(name) } -> std::same_as<bool>;
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

} // namespace detail
} // namespace v0_1
} // namespace tactus
