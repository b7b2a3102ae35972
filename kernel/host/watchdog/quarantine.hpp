// SPDX-License-Identifier: MIT
// The instances of one supervisor that were cut off. While an instance's thread hangs, none of its
// memory can be freed: its code may still run. Once the thread has returned, the instance ends like
// any other: it is asked to stop and destroyed, which releases its device, ports and files.
//
//   add -> hangs -> back -> asked to stop -> stopped and quiet -> destroyed
//
// It looks four times a second while it holds any. A thread that was left behind tells nobody: it
// may outlive the loop. Threads: loop.
#pragma once

#include "kernel/host/instance.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace tactus::host {

class quarantine {
public:
    static constexpr std::int64_t look_every_ns = 250'000'000;

    explicit quarantine(const host_services& services);
    quarantine(const quarantine&) = delete;
    quarantine& operator=(const quarantine&) = delete;
    // Instances still in it are never freed: the process ends with them.
    ~quarantine();

    void add(std::unique_ptr<instance> cut_off);

    [[nodiscard]] bool is_empty() const noexcept { return kept_.empty(); }
    // The number of instances whose threads have not returned.
    [[nodiscard]] std::size_t hanging() const noexcept;
    // Of all instances that were ever in it.
    [[nodiscard]] call_totals calls() const noexcept;

private:
    void look() noexcept;
    void arm() noexcept;

    host_services services_;
    std::vector<std::unique_ptr<instance>> kept_;
    call_totals past_calls_; // of destroyed instances
    coro::timer timer_;
};

} // namespace tactus::host
