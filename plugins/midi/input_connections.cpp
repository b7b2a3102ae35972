// SPDX-License-Identifier: MIT
#include "input_connections.hpp"

#include "api_opening.hpp"
#include "port_match.hpp"

#include <tactus/cpp/error.hpp>

#include <algorithm>
#include <utility>

namespace midi {
namespace {

std::string prefix_of(const source_settings& settings) {
    return "Port " +
           (settings.virtual_port.empty() ? selector_text(settings.port)
                                          : quoted(settings.virtual_port)) +
           ": ";
}

// The shorter of the two; 0 means never.
std::chrono::milliseconds sooner(std::chrono::milliseconds a, std::chrono::milliseconds b) {
    return a.count() == 0 || b.count() == 0 ? std::max(a, b) : std::min(a, b);
}

} // namespace

input_connections::input_connections(source_settings settings, tactus::logger log,
                                     event_receiver& into)
    : settings_(std::move(settings)), choice_(settings_.port, settings_.where_several), log_(log),
      into_(into), complaints_(log, prefix_of(settings_)) {}

sources_found input_connections::find_sources() {
    try {
        drop_lost();
        if (system_ == nullptr && !open()) {
            return retry({});
        }
        look_whether_frozen();
        sources_found now;
        if (settings_.virtual_port.empty()) {
            now.ports = choose(system_->ports());
            std::vector<std::string> names;
            for (const port_candidate& each : now.ports) {
                names.push_back(each.name);
            }
            search_.suspended().keep(names);
            now.look_again =
                has_one_left(names)
                    ? return_step
                    : sooner(system_->look_again(),
                             search_.suspended().next(stalled_port_search::clock::now()));
        } else {
            now.ports.push_back({settings_.virtual_port, {}});
            now.look_again = system_->look_again();
        }
        if (std::exchange(must_retry_, false)) {
            now.look_again = retry({}).look_again;
        }
        return now;
    } catch (const tactus::failure& failed) {
        return retry(failed.text() + "; it is tried again.");
    }
}

bool input_connections::open() {
    into_.prepare();
    source_opening at_jack = settings_.opening;
    at_jack.client = settings_.jack_client;
    auto opened = open_api<input_backend>(
        settings_.api,
        [this](std::string& why) { return open_alsa_input(settings_.opening, &into_, why); },
        [&](std::string& why) { return open_jack_input(at_jack, &into_, why); },
        [this](std::string& why) { return open_rtmidi_input(settings_.opening, &into_, why); });
    system_ = std::move(opened.system);
    if (system_ == nullptr) {
        complaints_.log(opened.text + "; it is tried again.");
        return false;
    }
    if (!opened.text.empty()) {
        log_.info(opened.text);
    }
    if (const std::string other = system_->other_name(); !other.empty()) {
        log_.warning(renamed_text(settings_.jack_client, other));
    }
    return true;
}

// Blocks: about 20 ms, while libjack closes the dead client.
void input_connections::drop_lost() {
    if (system_ == nullptr || !system_->is_lost()) {
        return;
    }
    complaints_.log("the " + std::string(system_->name()) +
                    " server went away; it is attached again when that is back.");
    close();
    retry_.reset();
}

void input_connections::look_whether_frozen() {
    const bool was_frozen = std::exchange(is_frozen_, system_->is_frozen());
    if (is_frozen_) {
        complaints_.log(std::string(system_->name()) +
                        " shows no periods any more; nothing comes until it does.");
    } else if (was_frozen) {
        log_.info(std::string(system_->name()) + " shows periods again.");
        complaints_.clear();
    }
}

sources_found input_connections::retry(std::string complaint) {
    if (!complaint.empty()) {
        complaints_.log(std::move(complaint));
    }
    sources_found nothing;
    nothing.look_again = retry_.next();
    return nothing;
}

// A pattern selects all that it matches; any other name must select exactly one. Our own ports are
// excluded unless selected by their whole name: events that go out would come in again.
std::vector<port_candidate> input_connections::choose(std::vector<std::string> names) {
    const std::string& wanted = settings_.port.name;
    std::erase_if(names, [&](const std::string& name) {
        return is_own(name) && name != wanted && without_numbers(name) != wanted;
    });
    const std::vector<port_candidate> all = candidates_of(*system_, names);
    const bool is_pattern = settings_.port.is_pattern();
    const std::string taken =
        is_pattern || attached_.empty() ? std::string() : attached_.front()->name;
    std::vector<std::size_t> found = is_pattern ? choice_.fitting(all) : choice_.choose(all, taken);
    if (found.empty()) {
        say_why_none(names);
    } else if (found.size() > 1 && !is_pattern) {
        complaints_.log("several ports match: " + list_of(all, found) +
                        "; use a pattern with *, or " + how_to_tell_apart(all[found[0]]));
        found.clear();
    } else if (found.size() > input_backend::sources_max) {
        complaints_.log("more than 64 ports match; the first 64 are listened to.");
        found.resize(input_backend::sources_max);
    }
    std::vector<port_candidate> chosen;
    for (const std::size_t index : found) {
        chosen.push_back(all[index]);
    }
    return chosen;
}

void input_connections::say_why_none(const std::vector<std::string>& names) {
    if (!choice_.twin_left_alone().empty()) {
        complaints_.log(why_left_alone(choice_.twin_left_alone()));
        return;
    }
    if (attached_.empty()) {
        complaints_.log_missing(did_you_mean(names, settings_.port.name));
    }
}

// JACK appends "-01" to the name of a second client.
bool input_connections::is_own(const std::string& name) const {
    const std::string client = name.substr(0, name.find(':'));
    const std::string& own = settings_.opening.client;
    return client == own || client.starts_with(own + "-");
}

bool input_connections::has_one_left(const std::vector<std::string>& names) const noexcept {
    return std::any_of(attached_.begin(), attached_.end(), [&](const auto& each) {
        return std::find(names.begin(), names.end(), each->name) == names.end();
    });
}

std::vector<std::uint32_t> input_connections::listen(const std::vector<wanted_port>& wanted_ports) {
    std::vector<std::uint32_t> up;
    if (system_ == nullptr || system_->is_lost() || is_frozen_) {
        return up; // a server that hangs answers to no request
    }
    let_go_of_others(wanted_ports);
    if (is_isolation_over()) {
        const std::size_t first_new = attached_.size();
        attach_new(wanted_ports);
        find_stalled_port(wanted_ports, first_new);
    }
    if (search_.is_under_way()) {
        settings_.opening.wake(); // for the next step
    }
    for (const auto& each : attached_) {
        up.push_back(each->from.port);
    }
    return up;
}

void input_connections::attach_new(const std::vector<wanted_port>& wanted_ports) {
    const auto now = stalled_port_search::clock::now();
    const std::size_t before = attached_.size();
    for (const wanted_port& each : wanted_ports) {
        const bool is_known = std::any_of(attached_.begin(), attached_.end(),
                                          [&](const auto& one) { return one->name == each.name; });
        if (is_known || search_.suspended().holds(each.name, now)) {
            continue;
        }
        attach(each);
        if (search_.is_one_by_one() && attached_.size() > before) {
            return;
        }
    }
    search_.all_tried();
}

// If several ports are selected, our end of each has a fixed name that does not depend on the order
// in which they came: a patch bay that restores a connection then connects the same port.
std::string input_connections::name_of_end(const std::string& port) const {
    constexpr std::size_t bytes_max = 200; // JACK has 319 for both names together
    if (!settings_.port.is_pattern()) {
        return settings_.own_name;
    }
    std::string plain(without_numbers(port));
    std::replace(plain.begin(), plain.end(), ':', ' ');
    return shortened(settings_.own_name + " " + plain, bytes_max);
}

void input_connections::attach(const wanted_port& wanted) {
    attached_.reserve(attached_.size() + 1); // an attached source must not be freed
    auto made = std::make_unique<attached>(wanted.name, wanted.port);
    try {
        if (settings_.virtual_port.empty()) {
            system_->attach(wanted.name, name_of_end(wanted.name), made->from);
        } else {
            system_->attach_virtual(wanted.name, made->from);
        }
    } catch (const tactus::failure& failed) {
        must_retry_ = true;
        complaints_.log(failed.text() + ": " + quoted(wanted.name) + "; it is tried again.");
        return;
    }
    attached_.push_back(std::move(made));
}

void input_connections::announce(std::size_t first) {
    for (; first < attached_.size(); ++first) {
        const std::string& name = attached_[first]->name;
        search_.suspended().forget(name);
        ++times_attached_;
        retry_.reset();
        complaints_.clear();
        log_.info((settings_.virtual_port.empty() ? "Listening to the " : "Made the virtual ") +
                  std::string(system_->name()) + " port " + quoted(name) + ".");
    }
}

// If only one port is wanted, no other suffers, and it is received as soon as its client runs.
void input_connections::find_stalled_port(const std::vector<wanted_port>& wanted_ports,
                                          std::size_t first) {
    const bool has_new = attached_.size() > first;
    if (attached_.empty() || (wanted_ports.size() == 1 && !has_new)) {
        return;
    }
    const std::string* const last = has_new ? &attached_.back()->name : nullptr;
    if (!system_->is_held_up(search_.how_to_watch(last))) {
        announce(first);
    } else if (wanted_ports.size() == 1) {
        announce(first);
        complaints_.log("the client of its port does not run; nothing comes until it does.");
    } else {
        let_go_from(has_new ? first : 0);
    }
}

// Nothing comes from it any more. The loop ends the notes that it left sounding.
void input_connections::let_go(attached& of) {
    into_.cut_off(of.from);
    gone_.push_back({of.from.port, of.from.sounding});
}

void input_connections::let_go_from(std::size_t first) {
    while (attached_.size() > first) {
        search_.suspect(attached_.back()->name);
        system_->detach(attached_.back()->from);
        let_go(*attached_.back());
        attached_.pop_back();
    }
}

bool input_connections::is_isolation_over() {
    if (!search_.has_suspects()) {
        return true;
    }
    if (system_->is_held_up(stalled_port_search::after_release)) {
        let_go_from(0);
        return false;
    }
    if (system_->is_lost()) {
        return false;
    }
    if (const auto stalled = search_.runs_again(stalled_port_search::clock::now())) {
        log_.warning("The JACK client of the port " + quoted(*stalled) +
                     " does not run, and held up the input from every port. The port was "
                     "disconnected; it is tried again in 30 s.");
    }
    return true;
}

void input_connections::let_go_of_others(const std::vector<wanted_port>& wanted_ports) {
    std::erase_if(attached_, [&](const auto& each) {
        const bool is_wanted =
            std::any_of(wanted_ports.begin(), wanted_ports.end(),
                        [&](const wanted_port& one) { return one.name == each->name; });
        if (!is_wanted) {
            system_->detach(each->from);
            let_go(*each);
            complaints_.was_logged("it went away"); // more specific than that it is absent
            log_.warning("The port " + quoted(each->name) + " went away; it is waited for.");
        }
        return !is_wanted;
    });
}

std::int64_t input_connections::end_silent() {
    std::int64_t next_ns = sensing_watch::never_ns;
    for (const auto& each : attached_) {
        const sensing_watch& sensing = each->from.sensing;
        if (sensing.gone_ns() <= into_.now_ns() && into_.end_silent(each->from)) {
            tell_silent(*each);
        }
        next_ns = std::min(next_ns, sensing.gone_ns());
    }
    return next_ns;
}

void input_connections::tell_silent(attached& of) {
    const std::int64_t now_ns = into_.now_ns();
    if (of.told_silent_ns != 0 && now_ns - of.told_silent_ns < silence_told_ns) {
        return;
    }
    of.told_silent_ns = now_ns;
    log_.warning("The port " + quoted(of.name) +
                 " has stopped sending, active sensing included. It counts as gone, and its "
                 "sounding notes are ended.");
}

void input_connections::close() {
    system_.reset(); // nothing comes from here on
    is_frozen_ = false;
    for (const auto& each : attached_) {
        let_go(*each);
    }
    attached_.clear();
    search_.clear();
}

} // namespace midi
