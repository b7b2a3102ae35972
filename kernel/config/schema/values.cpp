// SPDX-License-Identifier: MIT
#include "kernel/config/schema/values.hpp"

#include <algorithm>
#include <charconv>

namespace tactus::config {

// The functions of the view are static members, and can therefore access the cells: impl is a
// state.
struct values::state {
    option_table table;
    position where;
    std::vector<std::vector<value>> cells; // one for each option
    std::vector<position> places;          // of each in the file; line 0: not set
    tactus_config view{};

    // The value that a getter refers to, or nullptr.
    static const value* cell(const tactus_config* config, std::uint32_t option,
                             std::uint32_t index) noexcept {
        const auto& self = *static_cast<const state*>(config->impl);
        return option < self.cells.size() && index < self.cells[option].size()
                   ? &self.cells[option][index]
                   : nullptr;
    }
    static std::uint32_t type(const tactus_config* config, std::uint32_t option) noexcept {
        return static_cast<const state*>(config->impl)->table[option].type;
    }

    static std::uint32_t count(const tactus_config* config, std::uint32_t option) noexcept {
        const auto& self = *static_cast<const state*>(config->impl);
        return option < self.cells.size() ? static_cast<std::uint32_t>(self.cells[option].size())
                                          : 0;
    }
    static tactus_status get_int(const tactus_config* config, std::uint32_t option,
                                 std::uint32_t index, std::int64_t* out) noexcept {
        const value* const found = cell(config, option, index);
        if (found == nullptr || out == nullptr) {
            return TACTUS_E_INVALID;
        }
        switch (type(config, option)) {
        case TACTUS_OPT_BOOL:
        case TACTUS_OPT_INT:
        case TACTUS_OPT_DURATION:
        case TACTUS_OPT_BYTES:
        case TACTUS_OPT_CHOICE:
            *out = found->integer;
            return TACTUS_OK;
        default:
            return TACTUS_E_INVALID;
        }
    }
    static tactus_status get_float(const tactus_config* config, std::uint32_t option,
                                   std::uint32_t index, double* out) noexcept {
        const value* const found = cell(config, option, index);
        if (found == nullptr || out == nullptr ||
            (type(config, option) != TACTUS_OPT_FLOAT && type(config, option) != TACTUS_OPT_RATE)) {
            return TACTUS_E_INVALID;
        }
        *out = found->real;
        return TACTUS_OK;
    }
    static tactus_status get_str(const tactus_config* config, std::uint32_t option,
                                 std::uint32_t index, tactus_str* out) noexcept {
        const value* const found = cell(config, option, index);
        if (found == nullptr || out == nullptr) {
            return TACTUS_E_INVALID;
        }
        switch (type(config, option)) {
        case TACTUS_OPT_STRING:
        case TACTUS_OPT_CHOICE:
        case TACTUS_OPT_ENDPOINT:
            *out = {found->text.data(), found->text.size()};
            return TACTUS_OK;
        default:
            return TACTUS_E_INVALID;
        }
    }
    static const tactus_config* child(const tactus_config* config, std::uint32_t option,
                                      std::uint32_t index) noexcept {
        const value* const found = cell(config, option, index);
        return found == nullptr || type(config, option) != TACTUS_OPT_TABLE ? nullptr
                                                                            : found->table.view();
    }
};

namespace {

// Shared by all empty values: otherwise each plain number would allocate a state.
const values& nothing() {
    static const values none(option_table(), position{});
    return none;
}

} // namespace

values::values() = default;
values::values(values&&) noexcept = default;
values& values::operator=(values&&) noexcept = default;
values::~values() = default;

values::values(option_table table, position where) : state_(std::make_unique<state>()) {
    state_->table = table;
    state_->where = where;
    state_->cells.resize(table.size());
    state_->places.resize(table.size());
    tactus_config& view = state_->view;
    view.struct_size = sizeof view;
    view.impl = state_.get();
    view.count = &state::count;
    view.get_int = &state::get_int;
    view.get_float = &state::get_float;
    view.get_str = &state::get_str;
    view.child = &state::child;
}

const tactus_config* values::view() const noexcept {
    return state_ ? &state_->view : nothing().view();
}

void values::set(std::uint32_t option, std::vector<value> list, position where) {
    TACTUS_ASSERT(state_ && option < state_->cells.size());
    state_->cells[option] = std::move(list);
    state_->places[option] = where;
}

const std::vector<value>& values::all(std::string_view key) const {
    TACTUS_ASSERT(state_ != nullptr);
    const std::uint32_t index = state_->table.index_of(key);
    TACTUS_ASSERT(index < state_->table.size());
    return state_->cells[index];
}

bool values::has(std::string_view key) const {
    return !all(key).empty();
}

std::int64_t values::integer(std::string_view key, std::int64_t otherwise) const {
    return has(key) ? all(key).front().integer : otherwise;
}

double values::real(std::string_view key, double otherwise) const {
    return has(key) ? all(key).front().real : otherwise;
}

std::string values::text(std::string_view key) const {
    return has(key) ? all(key).front().text : std::string();
}

std::vector<std::string> values::texts(std::string_view key) const {
    std::vector<std::string> out;
    for (const value& one : all(key)) {
        out.push_back(one.text);
    }
    return out;
}

const values* values::table(std::string_view key) const {
    return has(key) ? &all(key).front().table : nullptr;
}

// Walks "table.key" and "list[2].key". `owner` is the innermost table that the file sets.
const value* values::find(std::string_view path, const values** owner) const {
    *owner = this;
    const std::size_t end = std::min(path.find_first_of(".["), path.size());
    const std::uint32_t option = state_ ? state_->table.index_of(path.substr(0, end)) : 0;
    if (!state_ || option == state_->table.size()) {
        return nullptr;
    }
    path.remove_prefix(end);
    std::size_t index = 0;
    if (path.starts_with('[')) {
        path.remove_prefix(1);
        const auto number = std::from_chars(path.data(), path.data() + path.size(), index);
        path.remove_prefix(static_cast<std::size_t>(number.ptr - path.data()));
        path.remove_prefix(path.starts_with(']') ? 1 : 0);
    }
    const std::vector<value>& cell = state_->cells[option];
    if (index >= cell.size()) {
        return nullptr;
    }
    if (!path.starts_with('.')) {
        return &cell[index];
    }
    return cell[index].where.line == 0 ? nullptr : cell[index].table.find(path.substr(1), owner);
}

position values::where(std::string_view key_path) const {
    const values* owner = this;
    const value* const found = key_path.empty() ? nullptr : find(key_path, &owner);
    if (found != nullptr && found->where.line > 0) {
        return found->where;
    }
    if (!owner->state_) {
        return {};
    }
    const std::string_view key = key_path.substr(0, key_path.find_first_of(".["));
    const std::uint32_t option = owner == this ? state_->table.index_of(key) : 0;
    const bool is_of_list = owner == this && option < state_->table.size() &&
                            state_->cells[option].empty() && state_->places[option].line > 0;
    return is_of_list ? state_->places[option] : owner->state_->where;
}

std::uint32_t values::length(std::string_view key_path) const {
    const values* owner = this;
    const value* const found = find(key_path, &owner);
    return found != nullptr && found->where.line > 0 ? found->length : 1;
}

bool same(const values& a, const values& b) noexcept {
    if (!a.state_ || !b.state_) {
        return a.view()->impl == b.view()->impl;
    }
    const auto same_value = [](const value& x, const value& y) {
        return x.integer == y.integer && x.real == y.real && x.text == y.text &&
               same(x.table, y.table);
    };
    const auto& ours = a.state_->cells;
    const auto& theirs = b.state_->cells;
    if (ours.size() != theirs.size()) {
        return false;
    }
    for (std::size_t i = 0; i < ours.size(); ++i) {
        if (!std::equal(ours[i].begin(), ours[i].end(), theirs[i].begin(), theirs[i].end(),
                        same_value)) {
            return false;
        }
    }
    return true;
}

} // namespace tactus::config
