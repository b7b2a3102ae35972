// SPDX-License-Identifier: MIT
// Log lines about single events that an input, a route or an output could not take. Outside parties
// cause them; therefore each condition is logged once and each kind of line is limited. Losses that
// only a count shows are reported by loss_report. Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/config/settings.hpp"
#include "kernel/daemon/reports/recently_logged.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/time/clock.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace tactus::daemon {

class event_warnings final : public flow::unsupported_observer {
public:
    // All must outlive it. The settings name what the numbers mean; the sources, where there are
    // several, the file of a route.
    event_warnings(base::log& log, const time::clock& clock, const config::settings& settings,
                   const std::vector<config::source_text>& sources)
        : log_(log), clock_(clock), settings_(settings), sources_(sources) {}

    void unsupported(std::uint16_t input, std::uint16_t output, std::string_view address,
                     std::string_view why) noexcept override;
    void taken_elsewhere(std::uint16_t input, std::uint16_t output, std::string_view address,
                         std::string_view why) noexcept override;
    void untranslatable(std::uint16_t input, std::uint16_t route, std::string_view address,
                        const flow::made_event& why) noexcept override;
    void refused(std::uint16_t input, codec::osc_error why,
                 std::span<const std::uint8_t> bytes) noexcept override;
    void circling(std::uint16_t input, std::uint16_t route, std::string_view address,
                  std::span<const std::uint8_t> bytes) noexcept override;

private:
    struct untaken {
        std::uint16_t input;
        std::uint16_t output;
        std::string_view address;
        std::string_view why;
    };
    [[nodiscard]] std::string place_of(std::uint16_t route) const;
    void log_untaken(base::log_level level, base::log_event event, std::string_view text,
                     const untaken& what) noexcept;

    base::log& log_;
    const time::clock& clock_;
    const config::settings& settings_;
    const std::vector<config::source_text>& sources_;
    recently_logged untaken_; // by an output, whether others took it or not
    recently_logged untranslatable_;
    recently_logged refused_;
    base::log_limit circling_;
};

} // namespace tactus::daemon
