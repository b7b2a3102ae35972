// SPDX-License-Identifier: MIT
// The file in which the daemon keeps the notes that may sound ([safety] state), from before the
// outputs start until the stop has silenced them. If a daemon did not end properly, the notes that
// it left in the file are ended when the outputs come up. For outputs with `restore`, a second file
// beside it keeps the settings of their channels (PATH.restore). The daemon runs without these
// files too, and the log says so once. Threads: loop.
#pragma once

#include "kernel/base/log.hpp"
#include "kernel/config/load.hpp"
#include "kernel/daemon/opened_state.hpp"
#include "kernel/flow/output/dispatcher.hpp"
#include "kernel/flow/output/notes/sounding_record.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
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
    // The output has stopped, in a reload that removes it or begins it anew: the notes that sound
    // there, and that its new form cannot end, stay in the file and are reported. Bounds: the
    // configuration is the new one; `name` is the one that it had.
    void output_stopped(std::uint16_t output, const std::string& name);
    // A proper end: the outputs get nothing more. Idempotent.
    void finish();

    // Where something sounds that a panic cannot end now.
    struct beyond_reach {
        std::string output;
        std::size_t notes_and_pedals = 0;
        std::string why; // and how it will be ended, in sentences
    };
    // `output`: only there; none: everywhere, and at outputs that are not there any more.
    [[nodiscard]] std::vector<beyond_reach>
    find_beyond_reach(std::optional<std::uint16_t> output = std::nullopt);

    // Whether the next start will end the notes that sound now. Threads: any, signal handlers too.
    [[nodiscard]] bool is_kept() const noexcept { return is_kept_.load(std::memory_order_relaxed); }
    // Notes and pedals at all outputs, including those left from an earlier run, and at outputs
    // that are not there any more.
    [[nodiscard]] std::size_t count_sounding();

private:
    [[nodiscard]] bool is_any_restored() const noexcept;
    void keep_channels(const std::string& path);
    void open_in_memory();
    void take_over();
    void tell_aside();
    void tell_left();
    [[nodiscard]] std::string when_ended() const;

    const config::loaded& configuration_;
    flow::dispatcher& dispatcher_;
    base::log& log_;
    bool is_required_ = false;
    std::string path_; // while the file is open
    // Set while the file is open. Relaxed: it guards no other data.
    std::atomic<bool> is_kept_{false};
    std::vector<std::byte> memory_; // in the place of a file: lost at the end
    std::optional<opened_state<flow::sounding_file>> open_;
    std::optional<opened_state<flow::channels_file>> channels_;
};

} // namespace tactus::daemon
