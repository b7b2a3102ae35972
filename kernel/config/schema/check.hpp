// SPDX-License-Identifier: MIT
// The only schema engine: checks a TOML table against option tables, the kernel's or a plugin's. It
// finds all errors of the table, fills in the defaults, and hides secrets in the text that messages
// quote.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/config/schema/values.hpp"
#include "kernel/config/source/document.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::config {

// How deep option tables may nest, including plugins' tables.
inline constexpr std::uint32_t table_depth_max = TACTUS_OPTION_DEPTH_MAX;

// Keys of one table that belong together; `into` receives their values.
struct schema_part {
    option_table options;
    values* into = nullptr;
};

// The schema of a TOML table.
struct schema {
    std::span<const schema_part> parts;
    std::span<const std::string_view> elsewhere = {}; // keys that are checked elsewhere
    std::string place = {};          // `input "desk" (type osc)`; empty for the whole file
    bool takes_unknown_keys = false; // its plugin is unknown, so its keys are too
};

class checker {
public:
    // Threads: one at a time. Both outlive the checker.
    checker(std::span<source_text> sources, std::vector<diagnostic>& found) noexcept
        : sources_(sources), found_(found) {}

    // Bounds: the option tables passed check_options(). Every `into` gets its values; values that
    // are wrong in the file stay unset.
    void check(const node& table, position where, const schema& against);

    // The values of an option that the file does not set; none if it has no default.
    [[nodiscard]] std::vector<value> read_default(option_table table, const tactus_option& option);

    void error(position where, std::uint32_t length, complaint what);
    void error(const node& at, complaint what) { error(at.where, at.length(), std::move(what)); }
    [[nodiscard]] std::size_t errors() const noexcept; // so far
    void warn(position where, std::uint32_t length, complaint what);

    // Overwrites the secrets of a table that is not checked.
    void hide_secrets(const node& table, option_table options);
    // "on line 7", or "on line 7 of site.toml" if `from`, the place of the message, is in another
    // file.
    [[nodiscard]] std::string line_text(position where, position from) const;

private:
    void check_part(const node& table, position where, const schema_part& part,
                    const std::string& place);
    void check_keys(const node& table, const schema& against);
    std::vector<value> read_option(option_table table, const tactus_option& option,
                                   const entry& from, const std::string& place);
    void read_item(option_table table, const tactus_option& option, const entry& from,
                   const node& item, const std::string& place, std::vector<value>& into);
    void hide_secrets(const node& value, option_table table, const tactus_option& option);
    [[nodiscard]] std::string beside_its_file(const std::string& path, position where) const;
    void hide(const node& secret);

    std::span<source_text> sources_;
    std::vector<diagnostic>& found_;
};

// Checks the table itself: types, keys, texts, defaults and ranges. Errors: invalid, in one
// sentence that names the option. `taken`: keys that the table may not declare.
[[nodiscard]] result<void> check_options(option_table table,
                                         std::span<const std::string_view> taken = {});

// How messages name an instance: `input "desk" (type osc)`; empty parts are left out.
[[nodiscard]] std::string place_of(std::uint32_t kind, std::string_view name,
                                   std::string_view type);

// The diagnostic for an error that a plugin's configure() reports for a key ("listen", "tls.cert").
[[nodiscard]] diagnostic at(const values& options, std::string_view key_path, std::string_view text,
                            const std::string& place = {});

} // namespace tactus::config
