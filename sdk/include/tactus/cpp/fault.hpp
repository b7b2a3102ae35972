// SPDX-License-Identifier: MIT
// An exception from one of the author's functions, kept with that function's name until the loop
// ends the instance with it, and transferred to the loop if the function ran on the worker.
// firewall.hpp makes its text. Used by context and instance.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <atomic>
#include <cstdint>
#include <exception>
#include <utility>

#include <tactus/cpp/firewall.hpp>

namespace tactus {
inline namespace v0_1 {
namespace detail {

inline constexpr place in_options{"options", true};
inline constexpr place in_check{"check", true};
inline constexpr place in_constructor{"the constructor", true};
inline constexpr place in_run{"run", true};
inline constexpr place in_post{"a posted call", true};
inline constexpr place in_send{"send"};
inline constexpr place in_ahead{"ahead"};
inline constexpr place in_lookahead{"lookahead"};
inline constexpr place in_flush{"flush"};
inline constexpr place in_want_port{"want_port"};
inline constexpr place in_wants{"outcomes_wanted"};
inline constexpr place in_report{"report"};
inline constexpr place in_list_ports{"list_ports"};

/// error is nullptr if nothing was thrown.
struct fault {
    place where{""};
    std::exception_ptr error;
};

/// Passes one fault from the instance's worker to its loop, once in its life.
class worker_fault {
public:
    /// Threads: worker. Does nothing if a fault is set already.
    void set(const place& where, const std::exception_ptr& error) noexcept {
        if (!is_set()) {
            fault_ = fault{where, error};
            state_.store(set_, std::memory_order_release);
        }
    }
    /// Threads: any.
    bool is_set() const noexcept { return state_.load(std::memory_order_relaxed) != none; }
    /// Returns it once. Threads: loop.
    fault take() noexcept {
        if (state_.load(std::memory_order_acquire) != set_) {
            return fault{};
        }
        state_.store(taken, std::memory_order_relaxed);
        return std::move(fault_);
    }

private:
    enum : std::uint8_t { none, set_, taken };
    fault fault_;
    // none -> set by the worker, set -> taken by the loop, never back. Release and acquire: a
    // thread that finds it set sees the fault; afterwards the loop owns the fault.
    std::atomic<std::uint8_t> state_{none};
};

} // namespace detail
} // namespace v0_1
} // namespace tactus
