// SPDX-License-Identifier: MIT
// Logs why events were lost unintentionally: those an output gave up (a device that is away, a send
// that fails, a full queue), and those an input took that reached no output. It reads the ledgers
// at the end of a turn; therefore an event's path has no log call. Each input and output has its
// own lines. The first loss after a second without one is reported at once. Later losses are
// reported shortly after the last one, and every ten seconds while they continue. After several
// lines in a row the limit is one line in ten seconds. If something is left to report, wanted_ns()
// gives the time of the next check: an idle daemon is not woken for it. Neither for losses that the
// file or a user asks for (cancelled, stop, closed, filtered, drop-oldest and so on), nor for an
// output's share of the losses that are reported by their address.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/flow/ingress/ingress.hpp"
#include "kernel/flow/output/output_account.hpp"
#include "kernel/flow/route/fan_out.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace tactus::daemon {

class loss_report {
public:
    static constexpr std::int64_t check_ns = 100'000'000;   // not at each turn
    static constexpr std::int64_t quiet_ns = 1'000'000'000; // without a loss: the next is a new one
    static constexpr std::int64_t tail_ns = 800'000'000;    // from the last loss to its line
    static constexpr std::int64_t line_ns = 10'000'000'000; // between lines while losses continue
    static constexpr std::int64_t lines_in_a_row = 6;       // that may come sooner than that
    static constexpr std::int64_t never_ns = std::numeric_limits<std::int64_t>::max();

    // All must outlive it. Threads: loop.
    loss_report(const flow::output_account& outputs, const flow::ingress& ingress,
                const flow::fan_out& fan_out, base::log& log)
        : outputs_(outputs), ingress_(ingress), fan_out_(fan_out), log_(log) {}

    void add_output(std::uint16_t index, std::string name) {
        rows_.push_back({end::output, index, std::move(name)});
    }
    void add_input(std::uint16_t index, std::string name) {
        rows_.push_back({end::input, index, std::move(name)});
    }

    // The number may be another's later.
    void remove_output(std::uint16_t index) noexcept { remove(end::output, index); }
    void remove_input(std::uint16_t index) noexcept { remove(end::input, index); }

    // To be called in each turn. A turn without losses costs a sum and requests no wake-up;
    // therefore an idle daemon sleeps.
    void check(std::int64_t now_ns) noexcept {
        const std::uint64_t counted = ingress_.refused_or_unrouted() + outputs_.dropped_in_all();
        const bool is_new = counted != counted_;
        if (now_ns >= wanted_ns_ || (is_new && now_ns >= next_check_ns_)) {
            counted_ = counted;
            next_check_ns_ = now_ns + check_ns;
            report(now_ns, false);
        } else if (is_new) { // this turn may be the last for hours
            wanted_ns_ = std::min(wanted_ns_, next_check_ns_);
        }
    }
    // When to call it again even if nothing happens until then; never_ns: nothing is left to
    // report.
    [[nodiscard]] std::int64_t wanted_ns() const noexcept { return wanted_ns_; }
    // At the end: reports what no line has reported.
    void finish(std::int64_t now_ns) noexcept { report(now_ns, true); }

private:
    enum class end : std::uint8_t { input, output };
    // By reason, as the ledgers number them; the reasons why an input's events reached no output
    // follow those of its refusals.
    static constexpr std::size_t no_route = flow::rejected_names.size();
    static constexpr std::size_t in_vain = // reasons from here on need a name
        no_route + static_cast<std::size_t>(flow::unrouted::unknown_port);
    static constexpr std::size_t reasons_max =
        std::max(no_route + flow::unrouted_names.size(), flow::dropped_names.size());
    using counts = std::array<std::uint64_t, reasons_max>;
    struct row {
        end which;
        std::uint16_t index;
        std::string name;
        counts reported = {};
        counts seen = {};        // at the last check
        std::uint32_t known = 0; // reasons, as bits, that lines have named since it was quiet
        std::int64_t last_loss_ns = std::numeric_limits<std::int64_t>::min() / 2;
        std::int64_t last_line_ns = 0;
        std::int64_t due_ns = never_ns; // of the line that reports losses since the last one
        std::int64_t budget_ns = 0;     // a line in ten seconds from here on would be in its budget
    };
    void remove(end which, std::uint16_t index) noexcept {
        std::erase_if(rows_,
                      [=](const row& each) { return each.which == which && each.index == index; });
    }
    [[nodiscard]] static std::int64_t line_due(row& of, const counts& now,
                                               std::int64_t now_ns) noexcept;
    void report(std::int64_t now_ns, bool is_last) noexcept;
    [[nodiscard]] counts count(const row& of) const noexcept;
    [[nodiscard]] static bool is_known(const row& of, const counts& since) noexcept;
    void write(const row& of, const counts& since);
    void explain_name(const row& of, std::vector<base::log_field>& with) const;
    [[nodiscard]] static std::string_view name_of(const row& of, std::size_t reason) noexcept;

    const flow::output_account& outputs_;
    const flow::ingress& ingress_;
    const flow::fan_out& fan_out_;
    base::log& log_;
    std::vector<row> rows_;
    std::int64_t next_check_ns_ = 0;
    std::int64_t wanted_ns_ = never_ns;
    std::uint64_t counted_ = 0; // lost, as of the last check
};

} // namespace tactus::daemon
