// SPDX-License-Identifier: MIT
#include "port_choice.hpp"

#include "port_match.hpp"

#include <algorithm>

namespace midi {
namespace {

constexpr std::size_t twins_max = 64;

} // namespace

std::string list_of(std::span<const port_candidate> all, std::span<const std::size_t> which) {
    std::string text;
    for (const std::size_t index : which) {
        text += (text.empty() ? "" : ", ") + quoted(all[index].name);
    }
    return text;
}

std::string why_left_alone(std::string_view twin) {
    return "it went away; " + quoted(twin) +
           ", which has a similar name, is another port and does not replace it.";
}

std::string how_to_tell_apart(const port_candidate& one) {
    const std::string table = lasting_table(one.identity);
    return table.empty() || one.identity.usb.empty()
               ? "name one of them."
               : "name one of them, for example by port = " + table + ".";
}

std::vector<std::size_t> port_choice::fitting(std::span<const port_candidate> all) const {
    std::vector<std::string> names;
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (selector_.fits(all[i].identity)) {
            names.push_back(all[i].name);
            numbers.push_back(i);
        }
    }
    if (selector_.name.empty()) {
        return numbers;
    }
    // ALSA's numbers are assigned anew at each plugging: they do not identify a device.
    const std::string_view plain = without_numbers(selector_.name);
    std::vector<std::size_t> found =
        selector_.is_pattern() ? find_all(names, plain) : find_ports(names, plain);
    for (std::size_t& each : found) {
        each = numbers[each];
    }
    return found;
}

std::vector<std::size_t> port_choice::choose(std::span<const port_candidate> all,
                                             std::string_view attached) {
    std::vector<std::size_t> found = fitting(all);
    twin_left_alone_.clear();
    if (!attached.empty()) {
        const auto is_attached = [&](std::size_t i) { return all[i].name == attached; };
        const auto taken = std::find_if(found.begin(), found.end(), is_attached);
        if (taken != found.end()) {
            remember(all, found, *taken);
            return {*taken};
        }
    }
    const auto home =
        std::find_if(found.begin(), found.end(), [&](std::size_t i) { return is_home(all[i]); });
    if (home != found.end()) {
        const std::size_t taken = *home;
        remember(all, found, taken);
        return {taken};
    }
    std::erase_if(found, [&](std::size_t i) {
        const bool must_stay = home_ && is_twin(all[i]);
        if (must_stay) {
            twin_left_alone_ = all[i].name;
        }
        return must_stay;
    });
    if (found.size() > 1 && where_several_ == ambiguity::first) {
        found.resize(1);
    }
    if (found.size() == 1) {
        const std::size_t taken = found.front();
        remember(all, fitting(all), taken);
    }
    return found;
}

void port_choice::remember(std::span<const port_candidate> all,
                           std::span<const std::size_t> fitting, std::size_t taken) {
    home_ = seen{all[taken].name, all[taken].identity};
    for (const std::size_t i : fitting) {
        is_serial_shared_ =
            is_serial_shared_ || (i != taken && !all[i].identity.usb_serial.empty() &&
                                  is_same_device(all[i].identity, home_->identity));
    }
    for (const std::size_t i : fitting) {
        if (i != taken && !is_twin(all[i]) && twins_.size() < twins_max) {
            twins_.push_back({all[i].name, all[i].identity});
        }
    }
    std::erase_if(twins_, [&](const seen& each) {
        return each.name == home_->name && is_same(each.identity, home_->identity);
    });
}

bool port_choice::is_same(const port_identity& a, const port_identity& b) const noexcept {
    return is_same_device(a, b) && (!is_serial_shared_ || a.path == b.path);
}

// Compares a device by its identity; a program, which has only its name, by that name and number.
bool port_choice::is_twin(const port_candidate& one) const noexcept {
    return std::any_of(twins_.begin(), twins_.end(), [&](const seen& each) {
        return one.identity.usb.empty() ? each.name == one.name
                                        : is_same(each.identity, one.identity);
    });
}

bool port_choice::is_home(const port_candidate& one) const noexcept {
    return home_ && !one.identity.usb.empty() && is_same(home_->identity, one.identity);
}

} // namespace midi
