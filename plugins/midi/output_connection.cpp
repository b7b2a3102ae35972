// SPDX-License-Identifier: MIT
#include "output_connection.hpp"

#include "api_opening.hpp"
#include "port_match.hpp"

#include <tactus/cpp/error.hpp>

#include <algorithm>
#include <utility>

namespace midi {
namespace {

std::string prefix_of(const connection_settings& settings) {
    return "Port " +
           (settings.virtual_port.empty() ? selector_text(settings.port)
                                          : quoted(settings.virtual_port)) +
           " is offline: ";
}

} // namespace

output_connection::output_connection(connection_settings settings, tactus::logger log,
                                     const backend_services& services)
    : settings_(std::move(settings)), choice_(settings_.port, settings_.where_several), log_(log),
      services_(services), complaints_(log, prefix_of(settings_)) {}

connection_report output_connection::check() {
    if (system_ != nullptr && system_->is_lost() && !drop_lost()) {
        return offline(closing_step);
    }
    try {
        if (system_ == nullptr && !open()) {
            return offline(retry_.next());
        }
        has_let_go_ = false;
        follow_port();
        return report();
    } catch (const tactus::failure& failed) {
        complaints_.log(failed.text() + "; it is tried again.");
        attached_.clear();
        return offline(retry_.next());
    }
}

bool output_connection::open() {
    auto opened = open_api<output_backend>(
        settings_.api,
        [this](std::string& why) {
            const alsa_opening alsa{settings_.client, services_};
            return settings_.is_exclusive
                       ? open_raw_midi_output({alsa, settings_.has_running_status}, why)
                       : open_alsa_output(alsa, why);
        },
        [this](std::string& why) {
            return open_jack_output({settings_.jack_client, services_}, why);
        },
        [this](std::string& why) { return open_rtmidi_output(settings_.client, why); });
    system_ = std::move(opened.system);
    if (system_ == nullptr) {
        complaints_.log(opened.text + "; it is tried again.");
    } else if (!opened.text.empty()) {
        log_.info(opened.text);
    }
    return system_ != nullptr;
}

// Returns false while it is still being closed.
bool output_connection::drop_lost() {
    if (!attached_.empty()) {
        complaints_.log("the " + std::string(system_->name()) +
                        " server went away; it is attached again when that is back.");
        attached_.clear();
    }
    if (!system_->let_go()) {
        return false;
    }
    system_.reset();
    retry_.reset();
    return true;
}

void output_connection::follow_port() {
    if (!settings_.virtual_port.empty()) {
        if (attached_.empty()) {
            system_->attach_virtual(settings_.virtual_port);
            attach(settings_.virtual_port);
        }
        return;
    }
    const std::vector<std::string> names = system_->ports();
    const std::vector<port_candidate> all = candidates_of(*system_, names);
    if (!attached_.empty() && std::find(names.begin(), names.end(), attached_) == names.end()) {
        complaints_.log("the port " + quoted(attached_) + " went away; it is waited for.");
        attached_.clear();
        system_->detach();
        has_let_go_ = true; // reported first, then searched for again
        return;
    }
    const std::vector<std::size_t> found = choice_.choose(all, attached_);
    if (!attached_.empty()) {
        return;
    }
    if (found.size() == 1) {
        system_->attach(all[found[0]].name, settings_.own_name);
        attach(all[found[0]].name);
    } else {
        say_why_none(names, all, found);
    }
}

void output_connection::say_why_none(const std::vector<std::string>& names,
                                     const std::vector<port_candidate>& all,
                                     const std::vector<std::size_t>& found) {
    if (!found.empty()) {
        complaints_.log("several ports match: " + list_of(all, found) + "; " +
                        how_to_tell_apart(all[found[0]]));
        complaints_.forget_hint();
        return;
    }
    if (!choice_.twin_left_alone().empty()) {
        complaints_.log(why_left_alone(choice_.twin_left_alone()));
        return;
    }
    complaints_.log_missing(did_you_mean(names, settings_.port.name));
}

void output_connection::attach(const std::string& port) {
    attached_ = port;
    ++times_attached_;
    retry_.reset();
    complaints_.clear();
    log_.info((settings_.virtual_port.empty() ? "Attached to the " : "Made the virtual ") +
              std::string(system_->name()) + " port " + quoted(port) + ".");
    if (const std::string other = system_->other_name(); !other.empty()) {
        log_.warning(renamed_text(settings_.jack_client, other));
    }
}

connection_report output_connection::report() {
    connection_report now;
    now.name = attached_;
    now.attached = times_attached_;
    now.is_up = !attached_.empty() && !system_->is_lost();
    now.lookahead = system_->lookahead();
    if (now.is_up && system_->is_frozen()) {
        now.is_up = false;
        complaints_.log(std::string(system_->why_frozen()) + ".");
    } else if (now.is_up && !complaints_.is_clear()) {
        log_.info("Port " + quoted(attached_) + " is up again.");
        complaints_.clear();
    }
    now.look_again = has_let_go_ ? return_step : system_->look_again(!attached_.empty());
    return now;
}

connection_report output_connection::offline(std::chrono::milliseconds look_again) const {
    connection_report now;
    now.attached = times_attached_;
    now.look_again = look_again;
    return now;
}

tactus_status output_connection::send(std::span<const std::uint8_t> bytes,
                                      std::int64_t due_ns) noexcept {
    if (attached_.empty()) {
        return TACTUS_E_CLOSED;
    }
    const tactus_status status = system_->send(bytes, due_ns);
    if (status == TACTUS_E_IO) {
        try { // building the text may fail
            log_.warning("An event was not sent to " + quoted(attached_) + ": " + system_->why());
        } catch (const std::bad_alloc&) {
            return status; // the event is counted anyway
        }
    }
    return status;
}

void output_connection::flush() noexcept {
    if (system_ != nullptr) {
        system_->flush();
    }
}

part_limits output_connection::limits_of(std::size_t size) noexcept {
    part_limits limits;
    if (system_ != nullptr) {
        limits.least = system_->part_min();
        limits.most = system_->part_max(size);
    }
    return limits;
}

bool output_connection::close() noexcept {
    const bool has_left = attached_.empty() || system_->finish();
    attached_.clear();
    system_.reset();
    return has_left;
}

} // namespace midi
