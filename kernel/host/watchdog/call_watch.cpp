// SPDX-License-Identifier: MIT
#include "kernel/host/watchdog/call_watch.hpp"

#include <utility>

namespace tactus::host {

result<void> call_watch::begin() {
    result<std::unique_ptr<watchdog_timer>> started = start_watchdog([this] { watchdog_fired(); });
    if (!started) {
        return unexpected<error>(started.error());
    }
    own_watchdog_ = std::move(*started);
    watchdog_ = own_watchdog_.get();
    return {};
}

const char* call_watch::keep(std::string_view instance) {
    const auto found = names_.find(instance);
    return (found != names_.end() ? found : names_.emplace(instance).first)->c_str();
}

void call_watch::watchdog_fired() noexcept {
    const std::uint64_t changes = changes_.load(std::memory_order_seq_cst);
    const call now{instance_.load(std::memory_order_acquire),
                   callback_.load(std::memory_order_acquire)};
    if (now.instance == nullptr) {
        is_armed_.store(false, std::memory_order_seq_cst);
        if (changes_.load(std::memory_order_seq_cst) == changes) {
            return; // the next call arms again
        }
        is_armed_.store(true, std::memory_order_seq_cst);
    } else if (changes != seen_changes_) {
        seen_changes_ = changes;
        held_ns_ = 0;
        next_report_ns_ = limit_ns;
    } else {
        held_ns_ += limit_ns;
        if (held_ns_ >= next_report_ns_) {
            next_report_ns_ = 2 * held_ns_;
            report(now);
        }
    }
    watchdog_->arm(limit_ns);
}

void call_watch::report(const call& held) noexcept {
    log_.error(base::log_event::call_held, holds_,
               {base::kv("instance", held.instance), base::kv("call", held.callback),
                base::kv("seconds", held_ns_ / 1'000'000'000)});
}

} // namespace tactus::host
