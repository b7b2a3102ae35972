// SPDX-License-Identifier: MIT
// The method "play": takes events ahead of their time, and sends each when it is due, to an output
// or as if an input had received it. The events of a connection last as long as the connection:
// when it ends, the waiting ones are taken back, and the sounding notes are ended. Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/config/settings.hpp"
#include "kernel/control/methods.hpp"
#include "kernel/coro/reactor.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/dispatcher.hpp"

#include <cstddef>
#include <cstdint>

namespace tactus::daemon {

class player {
public:
    static constexpr std::size_t sessions_max = 8; // connections that play

    // All must outlive it.
    struct parts {
        const config::settings& settings;
        coro::reactor& reactor;
        flow::dispatcher& dispatcher;
        flow::ingress& ingress;
        base::log& log;
    };
    explicit player(const parts& of) noexcept : of_(of) {}

    // Errors: a parameter is wrong; sessions_max connections play. Events that cannot be taken are
    // listed in the result.
    [[nodiscard]] control::method_result play(const control::params& with,
                                              const control::caller& by);

private:
    class session;

    // The one of that connection, or a new one; nullptr: there are too many.
    [[nodiscard]] session* session_of(const control::caller& by);

    parts of_;
    std::size_t sessions_ = 0;
    std::uint32_t begun_ = 0; // sessions so far; gives each a cancel group of its own
};

} // namespace tactus::daemon
