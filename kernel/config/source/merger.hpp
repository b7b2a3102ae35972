// SPDX-License-Identifier: MIT
// Several documents as one. Tables are merged key by key, and of two values the later one stays. An
// [[input]], [[output]] or [[route]] is merged into the one of the same name in an earlier
// document; any other is appended. `enabled = false` is a value like any other: topology.cpp
// removes what has it. Checks no schema; positions keep their sources.
#pragma once

#include "kernel/config/source/document.hpp"

#include <functional>
#include <string_view>
#include <vector>

namespace tactus::config {

// [output] where [[output]] was meant.
[[nodiscard]] complaint one_table(std::string_view list);

class merger {
public:
    // Whether the keys of `list.key = { ... }` only make sense together: such an inline table
    // replaces the earlier one as a whole. `type`: of an input or output.
    using unit_test =
        std::function<bool(std::string_view list, std::string_view type, std::string_view key)>;

    explicit merger(unit_test is_unit) : is_unit_(std::move(is_unit)) {}

    void add(node document);
    // A document of one key, read by parse_setting: SECTION.KEY, or LIST.NAME.KEY. Returns false,
    // with an error in found(), if there is nothing of that name.
    bool set(node setting);

    [[nodiscard]] const node& merged() const noexcept { return root_; }
    [[nodiscard]] const std::vector<diagnostic>& found() const noexcept { return found_; }

private:
    void add_list(entry& into, entry from);
    void make_list(entry& one);
    void add_item(node& into, node from, std::string_view list);
    bool set_item(entry setting);
    void complain_of_name(const std::string& list, const entry& name);

    unit_test is_unit_;
    node root_;
    std::vector<diagnostic> found_;
};

} // namespace tactus::config
