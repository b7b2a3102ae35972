// SPDX-License-Identifier: MIT
// The file in which the daemon keeps what may sound ([safety] state), from before the outputs
// start until the stop has silenced them. What a daemon that did not end properly has left in it is
// ended when the outputs come up. For outputs with `restore`, a second file beside it keeps the
// settings of their channels (PATH.restore). The daemon runs without these files too, and the log
// says so once. Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/config/load.hpp"
#include "kernel/daemon/opened_state.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/output/sounding_record.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tactus::daemon {

// Where it is, by the configuration; empty if it is switched off. Makes the folder. Errors: there
// is no folder for it.
[[nodiscard]] result<std::string> sounding_path(const config::settings& of);

class sounding_service {
public:
    // All must outlive it; the outputs must end before it.
    sounding_service(const config::loaded& configuration, flow::dispatcher& dispatcher,
                     base::log& log) noexcept
        : configuration_(configuration), dispatcher_(dispatcher), log_(log) {}

    // Without the file, start() fails.
    void require() noexcept { is_required_ = true; }
    // Bounds: no output has started. Errors: only after require().
    [[nodiscard]] result<void> start();
    // A reload has added that output. Bounds: the configuration has it, and it has not started.
    void add_output(std::uint16_t output);
    // A reload has changed outputs that were there before.
    void change_outputs(const std::vector<config::output_settings>& before);
    // A proper end: the outputs get nothing more. Idempotent.
    void finish();

    // Whether the next start will end what sounds now. Threads: any, signal handlers too.
    [[nodiscard]] bool is_kept() const noexcept { return is_kept_.load(std::memory_order_relaxed); }
    // Notes and pedals at all outputs, those included that are left from before.
    [[nodiscard]] std::size_t count_sounding() { return dispatcher_.silencer().count_sounding(); }

private:
    [[nodiscard]] bool is_any_restored() const noexcept;
    void keep_channels(const std::string& path);
    void take_over();

    const config::loaded& configuration_;
    flow::dispatcher& dispatcher_;
    base::log& log_;
    bool is_required_ = false;
    std::string path_; // while the file is open
    // Set while the file is open. Relaxed: it guards no other data.
    std::atomic<bool> is_kept_{false};
    std::optional<opened_state<flow::sounding_file>> open_;
    std::optional<opened_state<flow::channels_file>> channels_;
};

} // namespace tactus::daemon
