// SPDX-License-Identifier: MIT
// The file in which the daemon keeps what may sound ([safety] state), from before the outputs
// start until the stop has silenced them. What a daemon that did not end properly has left in it is
// ended when the outputs come up. The daemon runs without the file too, and the log says so once.
// Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/base/mapped_file.hpp"
#include "kernel/config/load.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/output/sounding_record.hpp"

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tactus::daemon {

// Where it is, by the configuration; empty if it is switched off. Makes the folder. Errors: there
// is no folder for it.
[[nodiscard]] result<std::string> sounding_path(const config::settings& of);

// An open file, and what a daemon left in it.
struct opened_sounding {
    base::mapped_file memory;
    flow::sounding_file file;
    std::string ignored; // why its contents were, in a sentence; empty: they were not
};
// Errors: as base::mapped_file::open.
[[nodiscard]] result<opened_sounding> open_sounding(const std::string& path,
                                                    base::mapped_file::missing if_missing);

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
    // A proper end: the outputs get nothing more. Idempotent.
    void finish();

    // Notes and pedals at all outputs, those included that are left from before.
    [[nodiscard]] std::size_t count_sounding() { return dispatcher_.silencer().count_sounding(); }

private:
    void take_over();

    const config::loaded& configuration_;
    flow::dispatcher& dispatcher_;
    base::log& log_;
    bool is_required_ = false;
    std::optional<opened_sounding> open_;
};

} // namespace tactus::daemon
