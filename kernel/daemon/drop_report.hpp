// SPDX-License-Identifier: MIT
// Says in the log what an output's events were given up for, where nobody meant it: a device that
// is away, a send that fails, a full queue. It looks into the ledger at the end of a turn, so the
// way of an event has no log call, and an idle daemon is not woken. Not for what the file or
// somebody asks for (cancelled, stop, drop-oldest and so on), nor for what is told by its address.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/flow/dispatcher.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tactus::daemon {

class drop_report {
public:
    static constexpr std::int64_t look_ns = 100'000'000;    // not at each turn
    static constexpr std::int64_t line_ns = 10'000'000'000; // a line for each output

    // Both must outlive it. Threads: loop.
    drop_report(const flow::dispatcher& dispatcher, base::log& log)
        : dispatcher_(dispatcher), log_(log) {}

    // In the order of the dispatcher's outputs.
    void add_output(std::string name) { rows_.push_back({std::move(name), {}, 0}); }

    void look(std::int64_t now_ns) noexcept {
        if (now_ns >= next_look_ns_) {
            next_look_ns_ = now_ns + look_ns;
            tell(now_ns, false);
        }
    }
    // At the end: what no line has told.
    void finish(std::int64_t now_ns) noexcept { tell(now_ns, true); }

private:
    struct row {
        std::string name;
        flow::output_ledger told;
        std::int64_t next_line_ns = 0;
    };
    void tell(std::int64_t now_ns, bool is_last) noexcept;
    void write(const row& of, const flow::output_ledger& now, std::uint64_t count);

    const flow::dispatcher& dispatcher_;
    base::log& log_;
    std::vector<row> rows_;
    std::int64_t next_look_ns_ = 0;
};

} // namespace tactus::daemon
