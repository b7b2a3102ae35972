// SPDX-License-Identifier: MIT
// Finds the plugin that holds the loop up: each call into it on the loop is timed, and one that
// keeps timed events waiting for too long is counted and named in the log. A call that never
// returns is reported by call_watch, and short ones without end by load_watch. Work that a call
// causes in other plugins (it emits events that are due) is charged to them. Costs two clock reads
// per call; calls are batches, ends of waits, posts, and lifecycle steps. One object for each
// instance. Threads: loop.
#pragma once

#include "kernel/base/log_limit.hpp"
#include "kernel/flow/output/sink.hpp"
#include "kernel/host/host_services.hpp"
#include "kernel/host/watchdog/thread_call.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace tactus::host {

class blocked_calls {
public:
    static constexpr std::int64_t limit_ns = flow::sink::slow_ns;

    // `instance` must outlive it.
    blocked_calls(const host_services& services, const std::string& instance)
        : services_(services), instance_(instance),
          kept_name_(services.calls != nullptr ? services.calls->keep(instance) : nullptr) {
        if (services_.load != nullptr) {
            services_.load->join(instance_, totals_);
        }
    }
    blocked_calls(const blocked_calls&) = delete;
    blocked_calls& operator=(const blocked_calls&) = delete;
    ~blocked_calls() {
        if (services_.load != nullptr) {
            services_.load->leave(totals_);
        }
    }

    // The loop is in that call from here to the end of the block; the caller times it.
    class under_way {
    public:
        under_way(blocked_calls& watch, const char* callback) noexcept
            : here_(watch.instance_.c_str(), callback), calls_(watch.services_.calls) {
            if (calls_ != nullptr) {
                outer_ = calls_->enter({watch.kept_name_, callback});
            }
        }
        under_way(const under_way&) = delete;
        under_way& operator=(const under_way&) = delete;
        ~under_way() {
            if (calls_ != nullptr) {
                calls_->leave(outer_);
            }
        }

    private:
        thread_call here_;
        call_watch* calls_;
        call_watch::call outer_;
    };

    // One call, from here to the end of the block. Nothing is timed if `watch` is nullptr.
    class call {
    public:
        call(blocked_calls* watch, const char* callback) noexcept
            : watch_(watch), callback_(callback) {
            if (watch_ != nullptr) {
                began_ns_ = watch_->own_time_ns();
                outer_ = watch_->services_.dispatcher.checks().begin(began_ns_);
                under_way_.emplace(*watch_, callback_);
            }
        }
        call(const call&) = delete;
        call& operator=(const call&) = delete;
        ~call() {
            if (watch_ != nullptr) {
                watch_->ended(callback_, began_ns_, outer_);
            }
        }

    private:
        blocked_calls* watch_;
        const char* callback_;
        std::int64_t began_ns_ = 0;
        flow::due_checks::span outer_;
        std::optional<under_way> under_way_;
    };

    // A call that was timed elsewhere; nothing was checked meanwhile.
    void took(const char* callback, std::int64_t took_ns) noexcept;

    [[nodiscard]] const call_totals& totals() const noexcept { return totals_; }

private:
    void ended(const char* callback, std::int64_t began_ns,
               const flow::due_checks::span& outer) noexcept {
        const std::int64_t now_ns = services_.reactor.clock().now_ns();
        const std::int64_t sending_ns = services_.dispatcher.sending_ns();
        const std::int64_t own_ns = now_ns - sending_ns;
        ++totals_.calls;
        totals_.spent_ns += own_ns - began_ns;
        took(callback, services_.dispatcher.checks().end(own_ns, outer));
        if (services_.load != nullptr) {
            services_.load->called(now_ns, sending_ns);
        }
    }
    // Does not advance while outputs send.
    [[nodiscard]] std::int64_t own_time_ns() const noexcept {
        return services_.reactor.clock().now_ns() - services_.dispatcher.sending_ns();
    }

    host_services services_;
    const std::string& instance_;
    const char* kept_name_; // the same text, which outlives the instance
    call_totals totals_;
    base::log_limit limit_{1};
};

} // namespace tactus::host
