// SPDX-License-Identifier: MIT
#include "kernel/config/instance_names.hpp"

#include "kernel/config/name.hpp"
#include "kernel/config/suggestion.hpp"
#include "kernel/config/text.hpp"

#include <algorithm>
#include <utility>

namespace tactus::config {
namespace {

constexpr std::size_t names_shown_max = 12;

} // namespace

std::string kind_word(std::uint32_t kind) {
    return kind == TACTUS_KIND_INPUT ? "input" : "output";
}

// Also declares an instance without a valid name: the indices must match those of the lists.
void instance_names::declare(const values& own, std::uint32_t kind) {
    if (!own.has("name")) {
        declared_.push_back({{}, kind, 0, {}, 1, true});
        return;
    }
    const std::vector<declared>& others = declared_;
    const auto count = std::count_if(others.begin(), others.end(),
                                     [&](const declared& one) { return one.kind == kind; });
    declared made{own.text("name"), kind, static_cast<std::uint16_t>(count), own.where("name"),
                  own.length("name")};
    const auto first = std::find_if(others.begin(), others.end(),
                                    [&](const declared& one) { return one.name == made.name; });
    if (const result<void, complaint> right = check_name(made.name); !right) {
        complaint what = right.error();
        what.message = "name: " + what.message;
        check_.error(made.where, made.length, std::move(what));
    } else if (first != others.end()) {
        check_.error(made.where, made.length,
                     {"name: " + quoted(made.name) + " is already used by the " +
                          kind_word(first->kind) + " " + check_.line_text(first->where, made.where),
                      {},
                      "each name must be unique among inputs and outputs"});
        made.is_routed = true;
    }
    declared_.push_back(std::move(made));
}

void instance_names::exclude(std::string name, std::uint32_t kind, position why) {
    excluded_.push_back({std::move(name), kind, why});
}

void instance_names::ignore_unknown(std::uint32_t kind) noexcept {
    ignored_kinds_ |= kind;
}

std::vector<std::uint16_t> instance_names::resolve(const values& route, std::string_view key,
                                                   std::uint32_t kind) {
    std::vector<std::uint16_t> out;
    for (const value& name : route.all(key)) {
        const auto it = std::find_if(declared_.begin(), declared_.end(), [&](const declared& one) {
            return one.kind == kind && one.name == name.text && !name.text.empty();
        });
        if (it == declared_.end()) {
            if ((ignored_kinds_ & kind) == 0 && !complain_of_excluded(name, key, kind)) {
                complain_of_name(name, key, kind);
            }
        } else if (std::find(out.begin(), out.end(), it->index) != out.end()) {
            check_.error(name.where, name.length,
                         {std::string(key) + ": " + quoted(name.text) + " is listed twice"});
        } else {
            it->is_routed = true;
            out.push_back(it->index);
        }
    }
    return out;
}

bool instance_names::complain_of_excluded(const value& name, std::string_view key,
                                          std::uint32_t kind) {
    const auto it = std::find_if(excluded_.begin(), excluded_.end(), [&](const excluded& one) {
        return one.kind == kind && one.name == name.text;
    });
    if (it == excluded_.end()) {
        return false;
    }
    if (it->why.line > 0) {
        check_.error(name.where, name.length,
                     {std::string(key) + ": " + kind_word(kind) + " " + quoted(name.text) +
                          " is removed by enabled = false " + check_.line_text(it->why, name.where),
                      {},
                      "take it out of this route, or remove the route too, with enabled = false"});
    }
    return true;
}

// Distinguishes a typing error from the name of an instance of the other kind.
void instance_names::complain_of_name(const value& name, std::string_view key, std::uint32_t kind) {
    std::vector<std::string_view> known;
    bool is_other_kind = false;
    for (const declared& one : declared_) {
        const bool is_new = std::find(known.begin(), known.end(), one.name) == known.end();
        if (one.kind == kind && !one.name.empty() && is_new) {
            known.emplace_back(one.name);
        }
        is_other_kind = is_other_kind || (one.kind != kind && one.name == name.text);
    }
    const std::string word = kind_word(kind);
    complaint what{std::string(key) + ": there is no " + word + " " + quoted(name.text),
                   did_you_mean(name.text, known)};
    if (what.hint.empty() && !known.empty()) {
        const std::size_t more = known.size() - std::min(known.size(), names_shown_max);
        known.resize(known.size() - more);
        what.help = word + "s in this file: " + listed(known, "and") +
                    (more > 0 ? ", and " + std::to_string(more) + " more" : "");
    }
    if (is_other_kind) {
        what.message = std::string(key) + ": " + quoted(name.text) + " is an " +
                       (kind == TACTUS_KIND_INPUT ? "output" : "input") + "; expected an " + word;
    }
    check_.error(name.where, name.length, std::move(what));
}

void instance_names::warn_unrouted() {
    for (const declared& one : declared_) {
        if (!one.is_routed && one.kind == TACTUS_KIND_INPUT) {
            check_.warn(
                one.where, one.length,
                {"no route leads from input " + quoted(one.name) + "; its events reach no output"});
        } else if (!one.is_routed) {
            check_.warn(
                one.where, one.length,
                {"no route leads to output " + quoted(one.name) + "; it will not be opened"});
        }
    }
}

} // namespace tactus::config
