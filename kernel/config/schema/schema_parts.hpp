// SPDX-License-Identifier: MIT
// Parts of json_schema.cpp: JSON put together from values that are JSON already, and the schema of
// a value of an option, or of a key of `match` and `as`.
#pragma once

#include "kernel/config/schema/option_table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tactus::config {

class json_object {
public:
    json_object& put(std::string_view key, std::string_view json);
    // A text, which becomes JSON here.
    json_object& put_text(std::string_view key, std::string_view text);
    [[nodiscard]] std::string json() const { return "{" + members_ + "}"; }

private:
    std::string members_;
};

[[nodiscard]] std::string json_text(std::string_view text);
[[nodiscard]] std::string json_list(const std::vector<std::string>& items);

// The schema of one value, without a description.
[[nodiscard]] std::string schema_of_value(option_table table, const tactus_option& option);
// The same with its default and description; a list if the option is one.
[[nodiscard]] std::string schema_of(option_table table, const tactus_option& option);
// A table that has no other keys than these.
[[nodiscard]] std::string schema_of_table(option_table table);

// The keys of `match` and `as` of a route; they are in no option table.
[[nodiscard]] std::string schema_of_match();
[[nodiscard]] std::string schema_of_as();

// "One sentence. Expected "1ms" to "1h"."
[[nodiscard]] std::string description_of(const tactus_option& option);

inline constexpr std::string_view name_pattern = "^[a-z0-9][a-z0-9_-]{0,63}$";

} // namespace tactus::config
