// SPDX-License-Identifier: MIT
#include "kernel/daemon/sounding_service.hpp"

#include "kernel/control/socket_folder.hpp"
#include "kernel/daemon/reports/notes_may_sound.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace tactus::daemon {
namespace {

constexpr std::string_view not_there =
    "The configuration does not have the output any more, or has it with other options.";

std::string joined(const std::set<std::string>& names) {
    std::string all;
    for (const std::string& each : names) {
        all += (all.empty() ? "" : ", ") + each;
    }
    return all;
}

// As the file has them: files, absolute, and arguments of --set, each with a 0 at its end.
std::string sources_of(const config::source_list& list) {
    std::string all;
    for (const std::string& each : list.files) {
        all += std::filesystem::absolute(each).lexically_normal().string() + '\0';
    }
    for (const std::string& each : list.arguments) {
        all += std::string(flow::argument_mark) + each + '\0';
    }
    return all;
}

} // namespace

result<std::string> sounding_path(const config::settings& of) {
    const std::string& chosen = of.safety.state;
    if (chosen == "off") {
        return std::string();
    }
    if (chosen != "auto") {
        return chosen;
    }
    result<std::string> folder = control::make_socket_folder(of.name);
    if (!folder) {
        return folder;
    }
    return *folder + "/" + std::string(control::sounding_name);
}

result<void> sounding_service::start() {
    result<std::string> path = sounding_path(configuration_.settings);
    if (path && path->empty()) {
        open_in_memory();
        return {};
    }
    using opened_sounding = opened_state<flow::sounding_file>;
    result<opened_sounding> opened =
        path ? open_state<flow::sounding_file>(*path, flow::sounding_mark,
                                               base::mapped_file::missing::make)
             : result<opened_sounding>(unexpected<error>(path.error()));
    if (!opened) {
        if (is_required_) {
            return unexpected<error>(opened.error());
        }
        log_.warning(
            base::log_event::sounding_off,
            "The daemon keeps no record of sounding notes: after a crash, notes may sound on.",
            {base::kv("why", opened.error().text)});
        open_in_memory();
        return {};
    }
    open_.emplace(std::move(*opened));
    is_kept_.store(true, std::memory_order_relaxed);
    if (!open_->ignored.empty()) {
        log_.warning(base::log_event::sounding_ignored,
                     "The record of an earlier run cannot be used: notes may still sound.",
                     {base::kv("file", *path), base::kv("why", open_->ignored)});
    }
    path_ = *path;
    take_over();
    open_->file.set_paths(sources_of(configuration_.list));
    if (!is_required_ && is_any_restored()) {
        keep_channels(path_ + ".restore");
    }
    return {};
}

// Notes that outputs leave in a reload are ended by this daemon, or by none.
void sounding_service::open_in_memory() {
    memory_.resize(flow::sounding_file::size());
    open_.emplace(opened_state<flow::sounding_file>{
        {}, flow::sounding_file(memory_, flow::sounding_mark), {}});
    open_->file.format();
    take_over();
}

void sounding_service::add_output(std::uint16_t output) {
    const config::output_settings& added = configuration_.settings.outputs[output];
    if (open_) {
        dispatcher_.note_recovery().slots().record_in(open_->file, output, added.name, added.text);
    }
    if (is_kept() && added.restores && !channels_) {
        keep_channels(path_ + ".restore");
    } else if (channels_ && added.restores) {
        dispatcher_.channels().keep_in(channels_->file, output, added.name);
    }
}

void sounding_service::change_outputs(const std::vector<config::output_settings>& before) {
    const std::vector<config::output_settings>& now = configuration_.settings.outputs;
    for (std::size_t i = 0; is_kept() && i < std::min(now.size(), before.size()); ++i) {
        if (!now[i].restores || before[i].restores || now[i].name != before[i].name) {
            continue;
        }
        if (!channels_) {
            keep_channels(path_ + ".restore");
        }
        if (channels_) {
            dispatcher_.channels().begin_in(channels_->file, static_cast<std::uint16_t>(i),
                                            now[i].name);
        }
    }
}

bool sounding_service::is_any_restored() const noexcept {
    const std::vector<config::output_settings>& outputs = configuration_.settings.outputs;
    return std::any_of(outputs.begin(), outputs.end(),
                       [](const auto& each) { return each.restores; });
}

void sounding_service::keep_channels(const std::string& path) {
    result<opened_state<flow::channels_file>> opened = open_state<flow::channels_file>(
        path, flow::channels_mark, base::mapped_file::missing::make);
    if (!opened) {
        log_.warning(base::log_event::restore_off,
                     "The settings for restore = true are not kept for a restart.",
                     {base::kv("why", opened.error().text)});
        return;
    }
    if (!opened->ignored.empty()) {
        log_.warning(base::log_event::restore_ignored,
                     "The settings of an earlier run cannot be used: no output is restored.",
                     {base::kv("file", path), base::kv("why", opened->ignored)});
    }
    channels_.emplace(std::move(*opened));
    const std::vector<config::output_settings>& outputs = configuration_.settings.outputs;
    channels_->file.for_each([&](flow::channels_file::slot& each) {
        const bool is_known =
            each.is_intact() && std::any_of(outputs.begin(), outputs.end(), [&](const auto& one) {
                return one.restores && one.name == each.label().output;
            });
        if (!is_known) {
            flow::channels_file::release(each);
        }
    });
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (outputs[i].restores) {
            dispatcher_.channels().keep_in(channels_->file, static_cast<std::uint16_t>(i),
                                           outputs[i].name);
        }
    }
}

void sounding_service::take_over() {
    const config::settings& settings = configuration_.settings;
    std::size_t found = 0;
    std::set<std::string> outputs;
    for (std::size_t i = 0; i < settings.outputs.size(); ++i) {
        const config::output_settings& each = settings.outputs[i];
        const std::size_t here = dispatcher_.note_recovery().slots().record_in(
            open_->file, static_cast<std::uint16_t>(i), each.name, each.text);
        found += here;
        if (here > 0) {
            outputs.insert(each.name);
        }
    }
    std::set<std::string> given_up;
    dispatcher_.note_recovery().slots().begin_aside([&](const flow::sounding_file::slot& each) {
        given_up.insert(each.is_intact() ? std::string(each.label().output) : "(unreadable)");
    });
    if (!given_up.empty()) {
        log_.warning(base::log_event::notes_unknown,
                     "Notes may still sound at outputs that the configuration does not have.",
                     {base::kv("outputs", joined(given_up))});
    }
    if (found > 0) {
        log_.warning(base::log_event::notes_recovered,
                     "An earlier run could not end all notes and pedals; they are ended as soon as "
                     "their outputs are up.",
                     {base::kv("notes_and_pedals", found), base::kv("outputs", joined(outputs))});
    }
    tell_aside();
}

// The notes at outputs that the configuration does not have.
void sounding_service::tell_aside() {
    for (const beyond_reach& each : find_beyond_reach()) {
        if (!is_required_ && each.why.starts_with(not_there)) {
            log_notes_may_sound(log_, each.output, each.notes_and_pedals, each.why);
        }
    }
}

void sounding_service::output_stopped(std::uint16_t output, const std::string& name) {
    const std::vector<config::output_settings>& outputs = configuration_.settings.outputs;
    const bool stays = output < outputs.size() && !outputs[output].is_vacant();
    const std::string& before = dispatcher_.outputs().at(output).notes.recorder().definition();
    if (!open_ || (stays && before == flow::may_sound::shortened(outputs[output].text))) {
        return;
    }
    const flow::output_notes::left_behind left = dispatcher_.note_recovery().set_aside(output);
    if (left.sounding > 0) {
        const std::string what =
            left.kept < left.sounding
                ? "There was no room to keep all of them: switch its device off and on."
                : std::string(not_there) + when_ended();
        log_notes_may_sound(log_, name, left.sounding, what);
    }
    if (stays) {
        dispatcher_.note_recovery().slots().record_in(open_->file, output, outputs[output].name,
                                                      outputs[output].text);
    }
}

std::string sounding_service::when_ended() const {
    return std::string(" They are ended as soon as an output reaches the same port") +
           (is_kept()
                ? ", also after a restart; `tactus panic --offline` ends them when the daemon "
                  "has stopped."
                : ", but only by this run of the daemon.");
}

std::vector<sounding_service::beyond_reach>
sounding_service::find_beyond_reach(std::optional<std::uint16_t> output) {
    std::vector<beyond_reach> all;
    const std::vector<config::output_settings>& outputs = configuration_.settings.outputs;
    for (std::uint16_t i = 0; i < outputs.size(); ++i) {
        const bool is_meant = !outputs[i].is_vacant() && output.value_or(i) == i;
        const std::size_t left = is_meant ? dispatcher_.sounding_count().out_of_reach(i) : 0;
        if (left > 0) {
            const bool ends_when_back = configuration_.settings.safety.silence_on_disconnect ||
                                        !config::is_output_needed(configuration_.settings, i);
            all.push_back({outputs[i].name, left,
                           ends_when_back ? "Its port is not up. They are ended as soon as it is."
                                          : "Its port is not up. When it is, `tactus panic` ends "
                                            "them; [safety] silence_on lacks \"disconnect\"."});
        }
    }
    std::map<std::string, std::size_t> aside;
    dispatcher_.note_recovery().slots().for_each_aside([&](const flow::sounding_file::slot& each) {
        const std::string name(each.label().output);
        if (!output || outputs[*output].name == name) {
            aside[name] += each.state.read().to_end();
        }
    });
    for (const auto& [name, left] : aside) {
        all.push_back({name, left, std::string(not_there) + when_ended()});
    }
    return all;
}

std::size_t sounding_service::count_sounding() {
    std::size_t sum = dispatcher_.sounding_count().total();
    dispatcher_.note_recovery().slots().for_each_aside(
        [&](const flow::sounding_file::slot& each) { sum += each.state.read().to_end(); });
    return sum;
}

// At the end, where the stop could not reach: an output that is up has told that itself.
void sounding_service::tell_left() {
    if (is_required_ || !configuration_.settings.safety.silence_on_stop) {
        return;
    }
    const std::string why =
        is_kept() ? "Their port is not there. The next start ends them when an output reaches it, "
                    "or `tactus panic --offline`."
                  : "Their port is not there, and no record is kept of them. Switch the device off "
                    "and on.";
    for (const beyond_reach& each : find_beyond_reach()) {
        log_notes_may_sound(log_, each.output, each.notes_and_pedals, why);
    }
}

void sounding_service::finish() {
    if (open_) {
        tell_left();
        dispatcher_.note_recovery().slots().end(configuration_.settings.safety.silence_on_stop);
        is_kept_.store(false, std::memory_order_relaxed);
        open_.reset();
        dispatcher_.channels().end();
        channels_.reset();
    }
}

} // namespace tactus::daemon
