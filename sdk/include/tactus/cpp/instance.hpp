// SPDX-License-Identifier: MIT
// The life of one instance around its context: run() is started inside start(), so that a plugin
// that can't begin refuses to start; later it is turned by completions and posted turns; when run()
// and all that was spawned beside it have ended, the host is told.
//   made --start--> running --stop--> stopping --all ended--> ended     (destroy: when made or
//   ended)
//            |          |                                       ^
//            +-refused  +--- run() returned, or one failed -----+
// Not the plugin's own object: plugin.hpp holds that. Threads: loop.
#pragma once

#include <exception>
#include <utility>

#include <tactus/cpp/context.hpp>
#include <tactus/cpp/firewall.hpp>

namespace tactus {
inline namespace v0_1 {
namespace detail {

class instance_core {
public:
    explicit instance_core(const tactus_host& host) noexcept : context_(host) {
        context_.children_.set_on_empty(&instance_core::all_ended, this);
    }
    instance_core(const instance_core&) = delete;
    instance_core& operator=(const instance_core&) = delete;

    context& here() noexcept { return context_; }
    const tactus_host& host() const noexcept { return context_.host(); }

    /// To be called first in start(). Errors: failure{UNSUPPORTED}, where nothing can run at all.
    void look_up_interfaces() {
        context_.interfaces_.look_up(host());
        context_.interfaces_.exec.get();
    }

    /// Runs the task up to its first wait. Errors: what it threw, where it has ended by then.
    void start(task<void> root);

    void stop() noexcept { context_.children_.request_stop(); }

private:
    static void all_ended(void* self) noexcept;
    std::exception_ptr error() const noexcept;
    void end() noexcept;

    context context_;
    bool is_starting_ = false;
};

inline void instance_core::start(task<void> root) {
    is_starting_ = true;
    context_.is_turn_posted_ = true; // none is needed: the first turn is here
    context_.spawn("run", std::move(root));
    context_.queue_.run(context::turn_budget);
    context_.is_turn_posted_ = false;
    is_starting_ = false;
    if (!context_.queue_.is_empty()) {
        context_.queue_.wake();
    }
    if (!context_.children_.is_empty()) {
        return;
    }
    if (const std::exception_ptr refusal = error()) {
        context_.has_ended_ = true;
        std::rethrow_exception(refusal);
    }
    // Done already, and well: the host hears it once start() has returned.
    auto end_later = [this] { end(); };
    if (!context_.post(end_later)) {
        end();
    }
}

inline void instance_core::all_ended(void* self) noexcept {
    auto& core = *static_cast<instance_core*>(self);
    if (!core.is_starting_) {
        core.end();
    }
}

inline std::exception_ptr instance_core::error() const noexcept {
    return context_.children_.error() != nullptr ? context_.children_.error() : context_.error_;
}

inline void instance_core::end() noexcept {
    if (std::exchange(context_.has_ended_, true)) {
        return;
    }
    const std::exception_ptr failed = error();
    const tactus_status status = failed == nullptr ? TACTUS_OK : report(host(), failed);
    host().stopped(&host(), status);
}

} // namespace detail
} // namespace v0_1
} // namespace tactus
