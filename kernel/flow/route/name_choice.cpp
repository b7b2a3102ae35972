// SPDX-License-Identifier: MIT
#include "kernel/flow/route/name_choice.hpp"

#include <tactus/cpp/port_name.hpp>

#include <algorithm>

namespace tactus::flow {
namespace {

using rank = name_choice::rank;

rank rank_of_output(std::string_view name, std::string_view written) {
    switch (fit_of(name, written)) {
    case name_fit::exact:
        return rank::output;
    case name_fit::folded:
        return rank::folded_output;
    case name_fit::none:
        return rank::none;
    default:
        return rank::part;
    }
}

rank rank_of_port(std::string_view key, std::string_view name, std::string_view written) {
    switch (std::min(fit_of(key, written), fit_of(name, written))) {
    case name_fit::exact:
        return rank::port;
    case name_fit::port_part:
        return rank::port_part;
    case name_fit::folded:
        return rank::folded_port;
    case name_fit::folded_port_part:
        return rank::folded_port_part;
    case name_fit::part:
        return rank::part;
    case name_fit::none:
        break;
    }
    return rank::none;
}

} // namespace

const name_choice::place* name_choice::meaning::at(std::uint16_t output) const noexcept {
    const auto found = std::find_if(places.begin(), places.end(),
                                    [output](const place& one) { return one.output == output; });
    return found == places.end() ? nullptr : &*found;
}

const name_choice::meaning& name_choice::find(std::uint16_t input, std::uint32_t handle,
                                              std::span<const std::uint16_t> reachable) {
    const std::uint64_t changes = outputs_.port_changes();
    const std::uint64_t key = std::uint64_t{input} << 32U | handle;
    auto found = known_.find(key);
    if (found != known_.end() && found->second.changes == changes) {
        return found->second;
    }
    if (found == known_.end()) {
        if (known_.size() == kept_max) {
            known_.clear();
        }
        found = known_.emplace(key, meaning()).first;
    }
    found->second = meaning();
    found->second.changes = changes;
    search(names_.text(handle), reachable, found->second);
    return found->second;
}

std::string_view name_choice::owner_of(std::uint16_t output) const {
    const std::uint32_t handle = outputs_.at(output).ports.owner();
    return handle == 0 ? std::string_view() : names_.text(handle);
}

// A part of a port's name is more specific than the same part of its output's.
void name_choice::search(std::string_view name, std::span<const std::uint16_t> reachable,
                         meaning& into) const {
    for (const std::uint16_t output : reachable) {
        place here{.output = output};
        rank best = rank_of_output(owner_of(output), name);
        bool is_owner = best != rank::none;
        outputs_.at(output).ports.for_each([&](const port_table::entry& port) {
            const rank now = rank_of_port(port.key, port.name, name);
            if (now == rank::none || now > best) {
                return;
            }
            here.is_several = now == best && !is_owner;
            here.port = port.number;
            is_owner = false;
            best = now;
        });
        if (best == rank::none || best > into.best) {
            continue;
        }
        if (best < into.best) {
            into.places.clear();
            into.best = best;
        }
        into.places.push_back(here);
    }
}

std::vector<std::string_view>
name_choice::candidates(std::uint32_t handle, std::span<const std::uint16_t> reachable) const {
    const std::string_view name = names_.text(handle);
    rank best = rank::none;
    std::vector<std::string_view> all;
    const auto look_at = [&](rank now, std::string_view known_as) {
        if (now == rank::none || now > best) {
            return;
        }
        if (now < best) {
            all.clear();
            best = now;
        }
        if (std::find(all.begin(), all.end(), known_as) == all.end()) {
            all.push_back(known_as);
        }
    };
    for (const std::uint16_t output : reachable) {
        look_at(rank_of_output(owner_of(output), name), owner_of(output));
        outputs_.at(output).ports.for_each([&](const port_table::entry& port) {
            look_at(rank_of_port(port.key, port.name, name), port.key);
        });
    }
    return all;
}

std::string_view name_choice::nearest(std::uint32_t handle,
                                      std::span<const std::uint16_t> reachable) const {
    std::vector<std::string_view> all;
    for (const std::uint16_t output : reachable) {
        if (!owner_of(output).empty()) {
            all.push_back(owner_of(output));
        }
        outputs_.at(output).ports.for_each(
            [&](const port_table::entry& port) { all.push_back(port.key); });
    }
    return nearest_name(names_.text(handle), all);
}

} // namespace tactus::flow
