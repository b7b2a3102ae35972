// SPDX-License-Identifier: MIT
#include "kernel/daemon/reload/reloader.hpp"

#include "kernel/coro/background.hpp"
#include "kernel/coro/sleep.hpp"
#include "kernel/daemon/checks/plugin_check.hpp"
#include "kernel/daemon/reload/new_numbers.hpp"
#include "kernel/daemon/reports/file_warnings.hpp"
#include "kernel/daemon/translate_settings.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace tactus::daemon {
namespace {

constexpr std::int64_t start_look_ns = 10'000'000;
constexpr const char* not_valid = "The configuration is not valid.";

class file_reading {
public:
    explicit file_reading(const reloader::reader& read) : read_(read) {}
    result<config::loaded, config::refused> operator()() { return read_(); }

private:
    const reloader::reader& read_;
};

// Makes the environment in which plugins are asked, and ends it: both take threads.
class probe_making {
public:
    probe_making(host::call_watch& calls, base::log_settings of) : calls_(calls), lines_(of) {}
    result<std::unique_ptr<probe_environment>> operator()() {
        return probe_environment::make_within(calls_, lines_);
    }

private:
    host::call_watch& calls_;
    base::log_settings lines_;
};

class probe_ending {
public:
    explicit probe_ending(std::unique_ptr<probe_environment> what) : what_(std::move(what)) {}
    bool operator()() {
        what_.reset();
        return true;
    }

private:
    std::unique_ptr<probe_environment> what_;
};

class route_making {
public:
    explicit route_making(const config::settings& from) : from_(from) {}
    flow::router operator()() { return flow::router(routes(from_)); }

private:
    const config::settings& from_;
};

// Gives the turn to the next on every exit.
class held_turn {
public:
    explicit held_turn(tactus::channel<std::monostate>& of) noexcept : of_(of) {}
    held_turn(const held_turn&) = delete;
    held_turn& operator=(const held_turn&) = delete;
    ~held_turn() { TACTUS_ASSERT(of_.try_push({})); }

private:
    tactus::channel<std::monostate>& of_;
};

bool has_errors(const std::vector<config::diagnostic>& found) {
    return std::any_of(found.begin(), found.end(), [](const config::diagnostic& one) {
        return one.level == config::severity::error;
    });
}

// Of the instances that begin with new options.
std::vector<std::uint16_t> beginning(const std::vector<config::instance_change>& all) {
    std::vector<std::uint16_t> numbers;
    for (const config::instance_change& each : all) {
        if (each.what == config::change::opened || each.what == config::change::restarted) {
            numbers.push_back(each.after);
        }
    }
    return numbers;
}

std::string joined(const std::vector<std::string>& sentences) {
    std::string text;
    for (const std::string& each : sentences) {
        text += (text.empty() ? "" : "\n") + each;
    }
    return text;
}

// Instances that go on refer to the options that they began with.
template <class Instance>
void keep_options(std::vector<Instance>& now, std::vector<Instance>& before,
                  const std::vector<config::instance_change>& all) {
    for (const config::instance_change& each : all) {
        if (each.what == config::change::kept || each.what == config::change::adjusted) {
            now[each.before].options = std::move(before[each.before].options);
        }
    }
}

} // namespace

reloader::reloader(const parts& of)
    : of_(of), turn_(1),
      steps_({of.loop, of.dispatcher, of.instances, of.log,
              [&shown = of.shown, &restart = of.restart](host::role plays, std::uint16_t number) {
                  shown.keep_last(plays, number);
                  if (plays == host::role::output) {
                      restart.forget(number);
                  }
              },
              [&sounding = of.sounding](std::uint16_t output, const std::string& name) {
                  sounding.output_stopped(output, name);
              }}) {
    TACTUS_ASSERT(turn_.try_push({}));
}

tactus::task<reload_answer> reloader::ask(bool is_dry) {
    auto asked = std::make_shared<question>(is_dry);
    spawn(asked);
    co_await asked->is_answered.wait();
    co_return std::move(asked->answer);
}

void reloader::request() {
    try {
        spawn(std::make_shared<question>(false));
    } catch (const std::bad_alloc&) {
        of_.log.error(base::log_event::config_refused,
                      "There is not enough memory to read the configuration again.");
    }
}

// It goes on even if the client that asked has gone.
void reloader::spawn(std::shared_ptr<question> asked) {
    if (is_stopping_) {
        asked->answer.sources = of_.configuration.sources;
        asked->answer.refusal = "The daemon is stopping.";
        asked->is_answered.set();
        return;
    }
    tasks_.spawn(of_.loop.ready(), "reload", run(std::move(asked)));
}

void reloader::cancel() noexcept {
    is_stopping_ = true;
    steps_.cancel();
}

tactus::task<void> reloader::run(std::shared_ptr<question> asked) {
    const auto granted = co_await turn_.pop();
    TACTUS_ASSERT(granted.has_value());
    const held_turn held(turn_);
    while (of_.shown.current() == phase::starting) {
        const std::int64_t look_ns = of_.loop.clock().now_ns() + start_look_ns;
        co_await coro::sleep_until(of_.loop, look_ns);
    }
    if (!asked->answer.is_dry) {
        of_.notices.reloading();
    }
    try {
        co_await reload(asked->answer);
    } catch (const std::bad_alloc&) {
        asked->answer.refusal = "There is not enough memory to read the configuration again.";
    }
    tell(asked->answer);
    if (!asked->answer.is_dry) {
        of_.notices.reloaded(); // before the answer, which ends the command of ExecReload=
    }
    asked->is_answered.set();
}

tactus::task<void> reloader::reload(reload_answer& answer) {
    answer.sources = of_.configuration.sources;
    const result<void> begun = of_.loop.begin_jobs();
    if (!begun || read_ == nullptr || is_stopping_) {
        answer.refusal = is_stopping_ ? "The daemon is stopping."
                         : !begun     ? begun.error().text
                                      : "This daemon was not started from a file.";
        co_return;
    }
    read_unix_ns_ = of_.loop.clock().unix_ns();
    file_reading reading(read_);
    result<config::loaded, config::refused> read =
        co_await coro::run_in_background(of_.loop, std::move(reading));
    answer.found = read ? read->warnings : read.error().found;
    answer.sources = read ? read->sources : read.error().sources;
    if (!read) {
        answer.refusal = not_valid;
        co_return;
    }
    config::difference found = config::compare(of_.configuration.settings, read->settings);
    co_await ask_plugins(read->settings, found, answer);
    if (!answer.refusal.empty()) {
        co_return;
    }
    name_changes(answer, found, of_.configuration.settings, read->settings);
    answer.refusal = joined(found.refusals);
    if (answer.refusal.empty() && !answer.is_dry) {
        co_await take(*read, found, answer);
    }
}

// Of instances with new options. On the loop: no plugin need expect a call from elsewhere.
tactus::task<void> reloader::ask_plugins(const config::settings& file,
                                         const config::difference& found, reload_answer& answer) {
    const asked_instances which{beginning(found.inputs), beginning(found.outputs)};
    if (which.inputs.empty() && which.outputs.empty()) {
        co_return;
    }
    probe_making making(of_.calls, log_settings(file.log));
    result<std::unique_ptr<probe_environment>> probe =
        co_await coro::run_in_background(of_.loop, std::move(making));
    if (!probe) {
        answer.refusal = probe.error().text;
        co_return;
    }
    const std::vector<config::diagnostic> said = check_plugins(file, of_.catalog, which, **probe);
    answer.found.insert(answer.found.end(), said.begin(), said.end());
    std::stable_sort(answer.found.begin(), answer.found.end(),
                     [](const auto& a, const auto& b) { return a.where < b.where; });
    answer.refusal = has_errors(said) ? not_valid : "";
    probe_ending ending(std::move(*probe));
    const bool is_over = co_await coro::run_in_background(of_.loop, std::move(ending));
    static_cast<void>(is_over);
}

tactus::task<void> reloader::take(config::loaded& file, config::difference& found,
                                  reload_answer& answer) {
    new_numbers numbers(of_.instances); // beside those of removed instances
    if (const result<void> numbered = numbers.find(file.settings, found); !numbered) {
        answer.refusal = "The running instances leave no room: " + numbered.error().text +
                         ". Reload twice: first a file without the removed ones.";
        co_return;
    }
    config::renumber(file.settings, numbers.inputs, numbers.outputs);
    route_ids_.number(file.settings.routes, of_.configuration.settings.routes);
    route_making making(file.settings);
    flow::router made = co_await coro::run_in_background(of_.loop, std::move(making));
    if (is_stopping_) {
        answer.refusal = "The daemon is stopping.";
        co_return;
    }
    reload_steps::plan what = plan_for(file.settings, found);
    has_stepped_.reset();
    steps_.stop_inputs(what, [this] { has_stepped_.set(); });
    co_await has_stepped_.wait();
    numbers.keep();
    commit(file, std::move(made), found, std::move(what));
    co_await has_stepped_.wait();
    of_.unrouted.open();
    answer.down = find_down(found);
}

// Between two events.
void reloader::commit(config::loaded& file, flow::router routes, const config::difference& found,
                      reload_steps::plan what) {
    config::settings& now = of_.configuration.settings;
    before_ = std::exchange(of_.configuration, std::move(file));
    keep_options(now.inputs, before_.settings.inputs, found.inputs);
    keep_options(now.outputs, before_.settings.outputs, found.outputs);
    // As many as there are supervisors: the ones that are about to stop keep their numbers.
    now.inputs.resize(std::max(now.inputs.size(), before_.settings.inputs.size()));
    now.outputs.resize(std::max(now.outputs.size(), before_.settings.outputs.size()));
    of_.instances.adjust(now);
    of_.sounding.change_outputs(before_.settings.outputs);
    add_opened(what);
    steps_.open_early(what);
    route_ids_.take(now.routes, before_.settings.routes);
    if (found.has_new_routes ||
        before_.settings.safety.circle_rate_per_s != now.safety.circle_rate_per_s) {
        of_.fan_out.configure(std::move(routes), circle_settings(now));
        of_.fan_out.end_unreachable(found.closed_inputs);
        of_.recent.routes_changed();
    } else {
        of_.fan_out.share_out();
    }
    of_.ingress.configure(ingress_settings(now));
    apply_sections(before_.settings);
    has_stepped_.reset();
    steps_.begin(std::move(what), [this] { has_stepped_.set(); });
    of_.taps.settings_changed();
    if (changed_) {
        changed_();
    }
}

void reloader::add_opened(const reload_steps::plan& what) {
    const auto is_muted = [&](const std::vector<std::uint16_t>& removed, const auto& in,
                              const std::string& name, auto&& is_muted_now) {
        return std::any_of(removed.begin(), removed.end(), [&](std::uint16_t number) {
            return in.at(number).what().who.name == name && is_muted_now(number);
        });
    };
    for (const host::supervisor_settings& each : what.opened_outputs) {
        if (is_muted(what.removed_outputs, of_.instances.outputs(), each.who.name,
                     [this](std::uint16_t output) {
                         return of_.dispatcher.mutes().has_output(output);
                     })) {
            of_.dispatcher.mute(each.who.index, true); // of another type
        }
        of_.instances.add(each);
        of_.sounding.add_output(each.who.index);
        of_.recent.added_output(each.who.index);
    }
    for (const host::supervisor_settings& each : what.opened_inputs) {
        if (is_muted(what.removed_inputs, of_.instances.inputs(), each.who.name,
                     [this](std::uint16_t input) { return of_.ingress.at(input).is_muted; })) {
            of_.ingress.mute(each.who.index, true);
        }
        of_.instances.add(each);
        of_.recent.added_input(each.who.index);
    }
}

reload_steps::plan reloader::plan_for(const config::settings& all,
                                      const config::difference& found) const {
    reload_steps::plan what;
    what.removed_inputs = found.closed_inputs;
    what.removed_outputs = found.closed_outputs;
    for (const config::instance_change& each : found.inputs) {
        if (each.what == config::change::opened || each.what == config::change::restarted) {
            (each.what == config::change::opened ? what.opened_inputs : what.restarted_inputs)
                .push_back(instance_set::input_supervisor(all, each.before, of_.catalog));
        }
    }
    for (const config::instance_change& each : found.outputs) {
        if (each.what == config::change::opened || each.what == config::change::restarted) {
            (each.what == config::change::opened ? what.opened_outputs : what.restarted_outputs)
                .push_back(instance_set::output_supervisor(all, each.before, of_.catalog));
        }
    }
    return what;
}

std::vector<metrics::missing_part> reloader::find_down(const config::difference& found) const {
    std::vector<metrics::missing_part> all;
    const auto look = [&all](const supervisor_group& in,
                             const std::vector<config::instance_change>& changes) {
        for (const config::instance_change& each : changes) {
            const bool has_begun =
                each.what == config::change::opened || each.what == config::change::restarted;
            std::string why = has_begun ? in.at(each.before).shortfall() : std::string();
            if (!why.empty()) {
                all.push_back({in.at(each.before).what().who.name, std::move(why)});
            }
        }
    };
    look(of_.instances.inputs(), found.inputs);
    look(of_.instances.outputs(), found.outputs);
    return all;
}

// A level that `tactus log-level` has set stays unless the file has a new one.
void reloader::apply_sections(const config::settings& before) {
    const config::settings& now = of_.configuration.settings;
    if (before.log.level != now.log.level) {
        of_.log.set_level(now.log.level);
    }
    of_.log.set_format(now.log.format);
    of_.pages.allow(now.metrics.allowed_hosts);
    if (before.time.handover_ns != now.time.handover_ns) {
        of_.instances.set_handover(now.time.handover_ns);
    }
}

void reloader::tell(const reload_answer& answer) {
    const auto count = [](const char* key, const std::vector<std::string>& names) {
        return base::kv(key, names.size());
    };
    if (answer.is_dry) {
        return; // it was only a question
    }
    of_.shown.reloaded(answer.refusal, read_unix_ns_);
    if (answer.refusal.empty()) {
        of_.log.info(base::log_event::config_reloaded, "The configuration was reloaded.",
                     {base::kv("file", answer.file()), count("kept", answer.kept),
                      base::kv("changed", answer.adjusted.size() + answer.restarted.size()),
                      count("opened", answer.opened), count("closed", answer.closed)});
    } else {
        of_.log.error(base::log_event::config_refused,
                      "The configuration was not reloaded, and nothing has changed. " +
                          answer.refusal,
                      {base::kv("file", answer.file())});
    }
    log_found(of_.log, answer.found, answer.sources);
}

} // namespace tactus::daemon
