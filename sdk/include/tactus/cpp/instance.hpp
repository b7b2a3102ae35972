// SPDX-License-Identifier: MIT
// The life of one instance around its context: run() is started inside start(), and therefore a
// plugin that cannot begin refuses to start; later, completions and posted turns drive it; when
// run() and all spawned tasks have ended, the host is notified.
//   made --start--> running --stop--> stopping --all ended--> ended
//            |          |                                       ^
//            +-refused  +--- run() returned, or one failed -----+
//   destroy: when made or ended
// Not the plugin's own object: descriptor.hpp holds that. Threads: loop.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <exception>
#include <utility>

#include <tactus/cpp/context.hpp>
#include <tactus/cpp/fault.hpp>
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

    /// Must be called first in start(). Errors: failure{UNSUPPORTED}, if nothing can run at all.
    void look_up_interfaces() {
        context_.interfaces_.look_up(host());
        context_.interfaces_.exec.get();
    }

    /// Runs the task up to its first wait. If it has ended by then, reports what it threw.
    tactus_status start(task<void> root);
    /// Reports the first fault, such as that of a callback before start.
    tactus_status refuse() noexcept {
        context_.has_ended_ = true;
        const fault first = first_fault();
        return report(host(), first.where, first.error);
    }

    void stop() noexcept {
        is_stopping_ = true;
        context_.children_.request_stop();
    }

    /// Runs one of the author's functions on the loop; an exception ends the instance. Returns
    /// false if it threw, or if one threw before: then nothing is called any more.
    template <class Callable>
    bool call(const place& where, Callable&& callable) noexcept {
        return !has_failed() && ran_well(callable, [&](std::exception_ptr error) noexcept {
            context_.fail(where, std::move(error));
        });
    }
    /// The same on the instance's worker.
    template <class Callable>
    bool call_on_worker(const place& where, Callable&& callable) noexcept {
        return !context_.worker_fault_.is_set() &&
               ran_well(callable, [&](std::exception_ptr error) noexcept {
                   context_.fail_from_worker(where, std::move(error));
               });
    }
    /// Whether a callback on the loop threw.
    bool has_failed() const noexcept { return context_.fault_.error != nullptr; }

private:
    static void all_ended(void* self) noexcept;
    fault task_fault() const noexcept;
    fault first_fault() const noexcept;
    void end() noexcept;

    context context_;
    bool is_starting_ = false;
    bool is_stopping_ = false; // the host has requested it and expects no reason any more
};

inline tactus_status instance_core::start(task<void> root) {
    is_starting_ = true;
    context_.is_turn_posted_ = true; // none is needed: the first turn runs here
    context_.spawn(in_run.name, std::move(root));
    context_.queue_.run(context::turn_budget);
    context_.is_turn_posted_ = false;
    is_starting_ = false;
    if (!context_.queue_.is_empty()) {
        context_.queue_.wake();
    }
    if (!context_.children_.is_empty()) {
        return TACTUS_OK;
    }
    if (first_fault().error != nullptr) {
        return refuse();
    }
    // Ended already, without error: the host is notified once start() has returned.
    auto end_later = [this] { end(); };
    if (!context_.post(end_later)) {
        end();
    }
    return TACTUS_OK;
}

inline void instance_core::all_ended(void* self) noexcept {
    auto& core = *static_cast<instance_core*>(self);
    if (!core.is_starting_) {
        core.end();
    }
}

inline fault instance_core::task_fault() const noexcept {
    const scope& tasks = context_.children_;
    const char* const name =
        tasks.failed_name() != nullptr ? tasks.failed_name() : "without a name";
    return fault{name == in_run.name ? in_run : place{name, true, "task "}, tasks.error()};
}

// A callback's fault is kept only if no task had failed before it.
inline fault instance_core::first_fault() const noexcept {
    return has_failed() ? context_.fault_ : task_fault();
}

inline void instance_core::end() noexcept {
    context_.take_worker_fault();
    if (std::exchange(context_.has_ended_, true)) {
        return;
    }
    const fault first = first_fault();
    tactus_status status = TACTUS_OK;
    if (first.error != nullptr) {
        status = report(host(), first.where, first.error);
    }
    if (first.error != nullptr && is_stopping_) {
        context_.log_fault(first.where, first.error);
    }
    if (const fault second = task_fault(); has_failed() && second.error != nullptr) {
        context_.log_fault(second.where, second.error);
    }
    host().stopped(&host(), status);
}

} // namespace detail
} // namespace v0_1
} // namespace tactus
