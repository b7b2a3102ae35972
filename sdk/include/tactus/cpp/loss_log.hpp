// SPDX-License-Identifier: MIT
// Logs losses and refusals, in lines of one kind, one object for each kind. A loss after a second
// of quiet is logged at once; later losses are logged together, a moment after the last of
// them and every ten seconds while they continue. After six lines in a row that came sooner, the
// limit is one line in ten seconds, also for losses that come singly. The metrics do the counting.
// It sleeps while nothing is left to log. Threads: loop.
//   tactus::loss_log lost{here};           here.spawn("losses", lost.run());
//   lost.say("The peer X loses packets, for it does not read", 3);
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

#include <tactus/cpp/event.hpp>
#include <tactus/cpp/plugin.hpp>
#include <tactus/cpp/time.hpp>

namespace tactus {
inline namespace v0_1 {

class loss_log {
public:
    static constexpr std::chrono::milliseconds quiet{1000}; // after it the next loss is a new one
    static constexpr std::chrono::milliseconds tail{800};   // from the last loss to its line
    static constexpr std::chrono::seconds pause{10};        // between lines while losses continue
    static constexpr int lines_in_a_row = 6;                // that may come sooner than that

    explicit loss_log(context& here) : here_(&here) {}
    loss_log(const loss_log&) = delete;
    loss_log& operator=(const loss_log&) = delete;

    /// Records `n` more; `text` is a sentence without its full stop. The latest text is logged.
    void say(std::string_view text, std::uint64_t n = 1) noexcept {
        if (n == 0) {
            return;
        }
        const time_point now = here_->now();
        const bool is_new =
            lost_ == 0 && (!has_lost_ || (now - last_loss_ >= quiet && now >= in_budget()));
        lost_ += n;
        last_loss_ = now;
        has_lost_ = true;
        try {
            text_ = text;
            if (is_new) {
                tell(n);
            } else {
                has_more_.set();
            }
        } catch (const std::exception&) {
            return; // no memory for the text: the metrics have counted it
        }
    }

    /// Logs the remaining losses, as at the end.
    void finish() noexcept {
        try {
            tell(0);
        } catch (const std::exception&) {
            return;
        }
    }

    /// Logs losses that were not logged at once; spawn it once. The object must outlive it. Errors:
    /// canceled.
    task<> run() {
        for (;;) {
            co_await has_more_.wait();
            has_more_.reset();
            while (lost_ != 0) {
                const time_point due =
                    std::max(std::min(last_loss_ + tail, last_line_ + pause), in_budget());
                if (here_->now() >= due) {
                    tell(0);
                } else {
                    co_await here_->sleep_until(due);
                }
            }
        }
    }

private:
    // `n`: how many the text itself describes; 0: it stands for several, whose number is added.
    void tell(std::uint64_t n) {
        if (lost_ == 0) {
            return;
        }
        const std::string more =
            n == lost_ ? std::string() : "; " + std::to_string(lost_) + " since that was said";
        lost_ = 0;
        last_line_ = here_->now();
        budget_ = std::max(budget_, last_line_) + pause;
        here_->log().warning(text_ + more + ".");
    }

    // The earliest moment of the next line, which bounds the number of lines.
    [[nodiscard]] time_point in_budget() const noexcept {
        return budget_ - (lines_in_a_row - 1) * pause;
    }

    context* here_;
    event has_more_;
    std::string text_;
    std::uint64_t lost_ = 0; // not yet logged
    time_point last_loss_;
    time_point last_line_;
    time_point budget_; // a line each `pause` from here on would be in its budget
    bool has_lost_ = false;
};

} // namespace v0_1
} // namespace tactus
