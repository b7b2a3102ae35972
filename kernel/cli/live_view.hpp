// SPDX-License-Identifier: MIT
// `tactus run --show`: shows on the terminal which events are sent where, and how late, and which
// are not sent, and why; for a first try and for finding out why nothing sounds. It observes the
// events as `tactus tap` does, formats as many lines per second as can be read, and writes them
// between the events, never waiting for the terminal. Threads: loop.
#pragma once

#include "kernel/cli/line_pacer.hpp"
#include "kernel/cli/screen.hpp"
#include "kernel/cli/terminal.hpp"
#include "kernel/cli/view_text.hpp"
#include "kernel/daemon/daemon.hpp"
#include "kernel/flow/event_observer.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tactus::cli {

class live_view final : private flow::event_observer {
public:
    // The instances' messages about their start are available shortly after it.
    static constexpr std::int64_t first_draw_ns = 100'000'000;
    static constexpr std::int64_t draw_ns = 50'000'000;
    static constexpr std::int64_t figures_ns = 1'000'000'000;
    // If figures are not redrawn in place but printed among other lines, they are less frequent.
    static constexpr std::uint64_t seconds_between_plain_figures = 5;

    // Both outlive it; `fd` is standard output.
    live_view(daemon::daemon& shown, int fd);
    ~live_view() override;

    // Called after the daemon has ended: prints final figures. Blocks: terminal::finish_ms_max.
    void summarize();

private:
    void list_stations();
    void reloaded();
    void started();
    void stopping();
    // flow::event_observer
    void saw(const flow::observed_event& what) noexcept override;

    void show_start();
    void draw();
    void take_figures();
    void report_state_changes();
    // Calls visit(const config::instance_settings&, const host::supervisor&) for each input, then
    // each output.
    template <class Visitor>
    void each_station(Visitor&& visit) const {
        const config::settings& settings = shown_.settings();
        for (std::size_t i = 0; i < settings.inputs.size(); ++i) {
            if (!settings.inputs[i].is_vacant()) {
                visit(settings.inputs[i], shown_.input(i));
            }
        }
        for (std::size_t i = 0; i < settings.outputs.size(); ++i) {
            if (!settings.outputs[i].is_vacant()) {
                visit(settings.outputs[i], shown_.output(i));
            }
        }
    }
    void put(std::vector<std::string> lines, const std::vector<std::string>& figures);
    void draw_soon();
    void arm(coro::timer& node, std::int64_t in_ns);

    daemon::daemon& shown_;
    terminal out_;
    screen_style style_;
    line_widths widths_;
    line_pacer pacer_;
    std::vector<std::string> lines_; // waiting for draw: at most a few pacer windows' worth
    std::vector<output_figures> figures_;
    std::vector<std::uint16_t> numbers_; // of the outputs in figures_
    std::vector<std::string> drawn_figures_;
    std::vector<std::string> reported_; // the shortfall last shown for each input and output
    std::uint64_t seconds_ = 0;
    std::uint64_t lost_ = 0; // lines that did not fit in the terminal's buffer
    coro::timer draw_timer_;
    coro::timer figures_timer_;
    bool is_started_ = false;
    bool has_begun_ = false; // the first lines have been written
};

} // namespace tactus::cli
