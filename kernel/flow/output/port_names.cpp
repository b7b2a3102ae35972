// SPDX-License-Identifier: MIT
#include "kernel/flow/output/port_names.hpp"

#include "kernel/base/assert.hpp"

#include <tactus/cpp/port_name.hpp>

#include <algorithm>
#include <utility>

namespace tactus::flow {

std::uint32_t name_table::find(std::string_view name) const {
    thread_local std::string asked; // keeps its memory: events ask for names frequently
    asked.assign(name);
    const auto found = handles_.find(asked);
    return found == handles_.end() ? 0 : found->second;
}

std::uint32_t name_table::intern(std::string_view name) {
    if (const std::uint32_t known = find(name); known != 0) {
        return known;
    }
    if (handles_.size() == names_max) {
        return 0;
    }
    const auto handle = static_cast<std::uint32_t>(handles_.size() + 1);
    const auto placed = handles_.emplace(name, handle).first;
    texts_.push_back(&placed->first);
    return handle;
}

std::string_view name_table::text(std::uint32_t handle) const {
    TACTUS_ASSERT(handle >= 1 && handle <= texts_.size());
    return *texts_[handle - 1];
}

std::uint32_t port_table::add(std::string_view key, std::string_view name, bool is_up,
                              port_traits is) {
    const bool is_taken = std::any_of(ports_.begin(), ports_.end(),
                                      [key](const entry& each) { return each.key == key; });
    if (is_taken || ports_.size() == ports_max) {
        return none;
    }
    const std::uint32_t number = number_for(key);
    ports_.push_back({number, std::string(key), std::string(name), is_up, is});
    if (is_up) {
        count_up(ports_.back());
    }
    forget();
    return number;
}

std::uint32_t port_table::number_for(std::string_view key) {
    const auto known = std::find_if(gone_.begin(), gone_.end(),
                                    [key](const gone_port& each) { return each.key == key; });
    if (known == gone_.end()) {
        return ++last_number_;
    }
    const std::uint32_t number = known->number;
    gone_.erase(known);
    return number;
}

bool port_table::update(std::uint32_t number, std::string_view name, bool is_up) {
    entry* found = at(number);
    if (found == nullptr) {
        return false;
    }
    if (is_up && !found->is_up) {
        count_up(*found);
    }
    found->name = name;
    found->is_up = is_up;
    forget();
    return true;
}

bool port_table::remove(std::uint32_t number) {
    const auto found = std::find_if(ports_.begin(), ports_.end(),
                                    [number](const entry& each) { return each.number == number; });
    if (found == ports_.end()) {
        return false;
    }
    add_gone(number, std::move(found->key));
    ports_.erase(found);
    forget();
    return true;
}

void port_table::add_gone(std::uint32_t number, std::string key) {
    if (gone_.size() == gone_max) {
        gone_.erase(gone_.begin());
    }
    gone_.push_back({number, std::move(key)});
}

std::uint32_t port_table::expect(std::string_view key) {
    const std::uint32_t number = number_for(key);
    add_gone(number, std::string(key));
    return number;
}

void port_table::count_up(entry& of) noexcept {
    ++of.ups;
    ups_ += of.is_counted() ? 1U : 0U;
}

void port_table::count_failure(std::uint32_t number) noexcept {
    if (entry* const found = at(number)) {
        ++found->failures;
        ++failures_;
    }
}

void port_table::clear() {
    while (!ports_.empty()) {
        static_cast<void>(remove(ports_.front().number));
    }
}

bool port_table::is_up(std::uint32_t number) const noexcept {
    return std::any_of(ports_.begin(), ports_.end(),
                       [number](const entry& each) { return each.number == number && each.is_up; });
}

port_table::entry* port_table::at(std::uint32_t number) noexcept {
    for (entry& each : ports_) {
        if (each.number == number) {
            return &each;
        }
    }
    return nullptr;
}

const port_table::entry* port_table::find(std::uint32_t number) const noexcept {
    const auto found = std::find_if(ports_.begin(), ports_.end(),
                                    [number](const entry& each) { return each.number == number; });
    return found == ports_.end() ? nullptr : &*found;
}

std::string_view port_table::key(std::uint32_t number) const noexcept {
    const entry* const found = find(number);
    return found == nullptr ? std::string_view() : std::string_view(found->key);
}

bool port_table::is_any_up() const noexcept {
    return first_up_ != none;
}

void port_table::forget() noexcept {
    found_.clear();
    if (changes_ != nullptr) {
        ++*changes_;
    }
    const auto up = std::find_if(ports_.begin(), ports_.end(), [](const entry& each) {
        return each.is_up && !each.is.is_by_name;
    });
    first_up_ = up == ports_.end() ? none : up->number;
}

std::uint32_t port_table::first() const noexcept {
    if (first_up_ != none) {
        return first_up_;
    }
    const auto any = std::find_if(ports_.begin(), ports_.end(),
                                  [](const entry& each) { return !each.is.is_by_name; });
    return any == ports_.end() ? none : any->number;
}

found_port port_table::look_up(std::uint32_t handle, const name_table& names, name_answer if_none) {
    if (const auto cached = found_.find(handle); cached != found_.end()) {
        return cached->second;
    }
    const std::uint32_t port = search(names.text(handle));
    const found_port found{port, port == none ? if_none : name_answer::found};
    found_.emplace(handle, found);
    return found;
}

bool port_table::is_unknown(std::uint32_t handle, const name_table& names) const {
    return !found_.contains(handle) && search_exact(names.text(handle)) == none;
}

std::uint32_t port_table::search_exact(std::string_view name) const noexcept {
    for (const entry& each : ports_) {
        if (each.key == name || each.name == name) {
            return each.number;
        }
    }
    return none;
}

std::uint32_t port_table::search(std::string_view name) const {
    name_fit best = name_fit::none;
    std::uint32_t only = none;
    for (const entry& each : ports_) {
        const name_fit fit = std::min(fit_of(each.key, name), fit_of(each.name, name));
        if (fit == name_fit::none || fit > best) {
            continue;
        }
        only = fit == best ? none : each.number; // of two, it is unclear which one is meant
        best = fit;
    }
    return only;
}

} // namespace tactus::flow
