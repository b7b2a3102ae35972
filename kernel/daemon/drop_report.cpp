// SPDX-License-Identifier: MIT
#include "kernel/daemon/drop_report.hpp"

#include <new>

namespace tactus::daemon {

using flow::dropped;

void drop_report::tell(std::int64_t now_ns, bool is_last) noexcept {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        row& of = rows_[i];
        const flow::output_ledger& now = dispatcher_.at(static_cast<std::uint16_t>(i)).ledger;
        const std::uint64_t count = now.lost() - of.told.lost();
        if (count == 0 || (now_ns < of.next_line_ns && !is_last)) {
            continue;
        }
        try {
            write(of, now, count);
        } catch (const std::bad_alloc&) {
            continue; // said with the next line
        }
        of.told = now;
        of.next_line_ns = now_ns + line_ns;
    }
}

void drop_report::write(const row& of, const flow::output_ledger& now, std::uint64_t count) {
    std::string why;
    for (const dropped reason : flow::lost_for) {
        const std::uint64_t n = now.dropped_by.of(reason) - of.told.dropped_by.of(reason);
        if (n > 0) {
            why += (why.empty() ? "" : ", ") +
                   std::string(flow::dropped_names[static_cast<std::size_t>(reason)]) + " " +
                   std::to_string(n);
        }
    }
    log_.warning("Events for an output were given up; tactus_deliveries_dropped_total counts them.",
                 {base::kv("output", of.name), base::kv("count", count), base::kv("why", why)});
}

} // namespace tactus::daemon
