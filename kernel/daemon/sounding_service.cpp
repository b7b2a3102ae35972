// SPDX-License-Identifier: MIT
#include "kernel/daemon/sounding_service.hpp"

#include "kernel/control/socket_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace tactus::daemon {
namespace {

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
            "The daemon keeps no record of what sounds: after a crash, notes may sound on.",
            {base::kv("why", opened.error().text)});
        return {};
    }
    open_.emplace(std::move(*opened));
    is_kept_.store(true, std::memory_order_relaxed);
    if (!open_->ignored.empty()) {
        log_.warning(base::log_event::sounding_ignored,
                     "What a daemon left in the file is ignored: notes may still sound.",
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

void sounding_service::add_output(std::uint16_t output) {
    const config::output_settings& added = configuration_.settings.outputs[output];
    if (open_) {
        dispatcher_.silencer().record_in(open_->file, output, added.name);
    }
    if (open_ && added.restores && !channels_) {
        keep_channels(path_ + ".restore");
    } else if (channels_ && added.restores) {
        dispatcher_.channels().keep_in(channels_->file, output, added.name);
    }
}

void sounding_service::change_outputs(const std::vector<config::output_settings>& before) {
    const std::vector<config::output_settings>& now = configuration_.settings.outputs;
    for (std::size_t i = 0; open_ && i < std::min(now.size(), before.size()); ++i) {
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
                     "What outputs with restore = true were sent is not kept for a restart.",
                     {base::kv("why", opened.error().text)});
        return;
    }
    if (!opened->ignored.empty()) {
        log_.warning(base::log_event::restore_ignored,
                     "What a daemon left in the file is ignored: no output is restored from it.",
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
    std::set<std::string> unknown;
    open_->file.for_each([&](flow::sounding_file::slot& each) {
        const bool is_intact = each.is_intact();
        const std::string name(is_intact ? each.label().output : "(unreadable)");
        const bool is_known = std::any_of(settings.outputs.begin(), settings.outputs.end(),
                                          [&](const auto& one) { return one.name == name; });
        if (!is_known) {
            unknown.insert(name);
            if (!is_required_) { // another file may have it
                flow::sounding_file::release(each);
            }
        }
    });
    if (!unknown.empty()) {
        log_.warning(base::log_event::notes_unknown,
                     "Notes may still sound at outputs that the configuration does not have.",
                     {base::kv("outputs", joined(unknown))});
    }
    std::size_t found = 0;
    std::set<std::string> outputs;
    for (std::size_t i = 0; i < settings.outputs.size(); ++i) {
        const std::string& name = settings.outputs[i].name;
        const std::size_t here =
            dispatcher_.silencer().record_in(open_->file, static_cast<std::uint16_t>(i), name);
        found += here;
        if (here > 0) {
            outputs.insert(name);
        }
    }
    if (found > 0) {
        log_.warning(base::log_event::notes_recovered,
                     "An earlier run could not end all notes and pedals; they are ended now.",
                     {base::kv("notes_and_pedals", found), base::kv("outputs", joined(outputs))});
    }
}

void sounding_service::finish() {
    if (open_) {
        dispatcher_.silencer().end_record(configuration_.settings.safety.silence_on_stop);
        is_kept_.store(false, std::memory_order_relaxed);
        open_.reset();
        dispatcher_.channels().end();
        channels_.reset();
    }
}

} // namespace tactus::daemon
