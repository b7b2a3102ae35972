// SPDX-License-Identifier: MIT
#include "kernel/cli/live_view.hpp"

#include "kernel/cli/start_text.hpp"
#include "kernel/config/text.hpp"
#include "kernel/daemon/tap/tap_text.hpp"

#include <algorithm>
#include <utility>

namespace tactus::cli {
namespace {

// An instance's last error; empty if there was none.
std::string complaint_of(const host::supervisor& one) {
    if (!one.last_error().empty() || one.present() == nullptr) {
        return one.last_error();
    }
    return one.present()->last_error().text;
}

station station_of(const config::instance_settings& settings, const host::supervisor& one) {
    station made;
    made.name = settings.name;
    made.type = settings.type;
    made.address = address_of(settings);
    made.is_output = one.what().who.plays == host::role::output;
    made.is_up = one.is_up();
    made.is_needed = one.what().is_needed;
    made.why_not = complaint_of(one);
    made.shortfall = one.shortfall();
    return made;
}

// As in the daemon's readiness: up, up except for some ports, or down.
std::string state_line(const host::supervisor& one) {
    const std::string shortfall = one.shortfall();
    const std::string complaint = complaint_of(one);
    const std::string& why = complaint.empty() || one.is_up() ? shortfall : complaint;
    const std::string& name = one.what().who.name;
    return shortfall.empty() ? name + " is up"
                             : name + (one.is_up() ? " is partly up: " : " is down: ") + why;
}

} // namespace

live_view::live_view(daemon::daemon& shown, int fd) : shown_(shown), out_(fd) {
    style_.is_interactive = out_.is_interactive();
    style_.has_colour = wants_colour(style_.is_interactive);
    list_stations();
    draw_timer_.owner = figures_timer_.owner = this;
    draw_timer_.fire = [](coro::timer& node) noexcept {
        static_cast<live_view*>(node.owner)->draw();
    };
    figures_timer_.fire = [](coro::timer& node) noexcept {
        static_cast<live_view*>(node.owner)->take_figures();
    };
    shown_.dispatcher().outcomes().observers().add(*this);
    shown_.set_reload_listener([this] { reloaded(); });
    shown_.set_phase_listener(
        [this](daemon::phase now) { now == daemon::phase::running ? started() : stopping(); });
}

live_view::~live_view() {
    shown_.set_reload_listener({});
    shown_.set_phase_listener({});
    shown_.dispatcher().outcomes().observers().remove(*this);
    shown_.loop().disarm(draw_timer_);
    shown_.loop().disarm(figures_timer_);
}

void live_view::list_stations() {
    figures_.clear();
    numbers_.clear();
    each_station([this](const config::instance_settings& each, const host::supervisor& of) {
        const bool is_output = of.what().who.plays == host::role::output;
        std::size_t& width = is_output ? widths_.to : widths_.from;
        width = std::max(width, each.name.size());
        if (is_output) {
            numbers_.push_back(of.what().who.index);
            figures_.push_back(
                {each.name, shown_.dispatcher().account().take_snapshot(numbers_.back()), 0});
        }
    });
}

void live_view::reloaded() {
    list_stations();
    reported_.clear();
    each_station([this](const config::instance_settings&, const host::supervisor& of) {
        reported_.push_back(of.shortfall());
    });
}

void live_view::started() {
    is_started_ = true;
    arm(draw_timer_, first_draw_ns);
    arm(figures_timer_, figures_ns);
}

void live_view::stopping() {
    shown_.loop().disarm(figures_timer_);
    if (is_started_) {
        drawn_figures_.clear();
        put(std::exchange(lines_, {}), {}); // the log continues below
    }
}

// For an event that was routed, the results at the outputs are shown.
void live_view::saw(const flow::observed_event& what) noexcept {
    if (what.what == flow::observed::received || daemon::is_intended(what)) {
        return;
    }
    const std::int64_t now_ns = shown_.loop().clock().now_ns();
    if (const std::uint64_t skipped = pacer_.take_skipped(now_ns); skipped > 0) {
        lines_.push_back("... and " + std::to_string(skipped) + " more");
    }
    if (pacer_.admit(now_ns)) {
        const config::settings& settings = shown_.settings();
        event_line line;
        line.unix_ns = shown_.loop().clock().unix_ns();
        line.from = what.input == flow::no_input ? std::string_view("(tactus)")
                                                 : settings.inputs[what.input].name;
        line.to = what.output == flow::no_output ? std::string_view("-")
                                                 : settings.outputs[what.output].name;
        line.what = daemon::event_text(what);
        line.late_ns = daemon::late_ns(what);
        line.not_sent = daemon::not_sent_text(what);
        lines_.push_back(to_text(line, widths_, style_.has_colour));
    }
    draw_soon();
}

void live_view::show_start() {
    const config::settings& settings = shown_.settings();
    start_facts facts;
    facts.name = settings.name;
    reported_.clear();
    each_station([&](const config::instance_settings& each, const host::supervisor& of) {
        facts.stations.push_back(station_of(each, of));
        reported_.push_back(of.shortfall());
    });
    facts.metrics = shown_.metrics_address();
    facts.try_it = try_command(settings);
    put(start_lines(facts), {});
    has_begun_ = true;
}

void live_view::draw() {
    if (!has_begun_) {
        show_start();
    }
    const std::int64_t now_ns = shown_.loop().clock().now_ns();
    if (const std::uint64_t skipped = pacer_.take_skipped(now_ns); skipped > 0) {
        lines_.push_back("... and " + std::to_string(skipped) + " more");
    }
    if (!lines_.empty()) {
        put(std::exchange(lines_, {}), drawn_figures_);
    }
    if (!out_.flush() || pacer_.has_skipped()) {
        draw_soon();
    }
}

void live_view::take_figures() {
    arm(figures_timer_, figures_ns);
    if (!has_begun_) {
        return;
    }
    report_state_changes();
    ++seconds_;
    bool has_new = false;
    for (std::size_t i = 0; i < figures_.size(); ++i) {
        output_figures& each = figures_[i];
        const std::uint64_t before = each.now.ledger.sent;
        each.now = shown_.dispatcher().account().take_snapshot(numbers_[i]);
        has_new = has_new || each.now.ledger.sent != before || each.sent_a_second != 0;
        each.sent_a_second = each.now.ledger.sent - before;
    }
    if (style_.is_interactive) {
        drawn_figures_ = status_lines(figures_);
        put(std::exchange(lines_, {}), drawn_figures_);
    } else if (has_new && seconds_ % seconds_between_plain_figures == 0) {
        put(std::exchange(lines_, {}), status_lines(figures_));
    }
}

void live_view::report_state_changes() {
    std::size_t i = 0;
    each_station([&](const config::instance_settings&, const host::supervisor& one) {
        std::string now = one.shortfall();
        if (now != reported_[i]) {
            lines_.push_back(config::one_line(state_line(one)));
            reported_[i] = std::move(now);
        }
        ++i;
    });
}

void live_view::put(std::vector<std::string> lines, const std::vector<std::string>& figures) {
    style_.columns = out_.columns();
    if (lost_ > 0) {
        lines.insert(lines.begin(),
                     "... and " + std::to_string(lost_) + " more lines that did not fit here");
    }
    if (out_.write(frame(lines, figures, style_))) {
        lost_ = 0;
    } else {
        lost_ += lines.size() - (lost_ > 0 ? 1 : 0);
    }
}

void live_view::summarize() {
    if (!is_started_) {
        return;
    }
    for (std::size_t i = 0; i < figures_.size(); ++i) {
        figures_[i].now = shown_.dispatcher().account().take_snapshot(numbers_[i]);
    }
    std::vector<std::string> lines = std::exchange(lines_, {});
    lines.emplace_back();
    lines.push_back(shown_.settings().name + " has stopped");
    for (std::string& each : summary_lines(figures_)) {
        lines.push_back(std::move(each));
    }
    put(std::move(lines), {});
    out_.finish();
}

void live_view::draw_soon() {
    if (is_started_ && !draw_timer_.is_armed()) {
        arm(draw_timer_, draw_ns);
    }
}

void live_view::arm(coro::timer& node, std::int64_t in_ns) {
    shown_.loop().arm(node, shown_.loop().clock().now_ns() + in_ns);
}

} // namespace tactus::cli
