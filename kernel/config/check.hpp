// SPDX-License-Identifier: MIT
// The one schema engine: a TOML table against option tables, the kernel's or a plugin's. It finds
// all errors of the table, fills in the defaults, and hides secrets in the text that messages
// quote.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/config/document.hpp"
#include "kernel/config/values.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tactus::config {

// How deep option tables may nest, plugins' ones too.
inline constexpr std::uint32_t table_depth_max = 4;

// Keys of one table that belong together; `into` gets their values.
struct schema_part {
    option_table options;
    values* into = nullptr;
};

// What a TOML table is checked against.
struct schema {
    std::span<const schema_part> parts;
    std::span<const std::string_view> elsewhere = {}; // keys that somebody else checks
    std::string place = {};          // `input "desk" (type osc)`; empty for the whole file
    bool takes_unknown_keys = false; // its plugin is not known, so nor are its keys
};

class checker {
public:
    // Threads: one at a time. Both outlive the checker.
    checker(source_text& source, std::vector<diagnostic>& found) noexcept
        : source_(source), found_(found) {}

    // Bounds: the option tables passed check_options(). Every `into` gets its values; what
    // is wrong in the file stays unset.
    void check(const node& table, position where, const schema& against);

    // The values of an option that the file does not mention; none where it has no default.
    [[nodiscard]] std::vector<value> read_default(option_table table, const tactus_option& option);

    void error(position where, std::uint32_t length, complaint what);
    void error(const node& at, complaint what) { error(at.where, at.length(), std::move(what)); }
    [[nodiscard]] std::size_t errors() const noexcept; // so far
    void warn(position where, std::uint32_t length, complaint what);

private:
    void check_part(const node& table, position where, const schema_part& part,
                    const std::string& place);
    void check_keys(const node& table, const schema& against);
    std::vector<value> read_option(option_table table, const tactus_option& option,
                                   const entry& from, const std::string& place);
    void read_item(option_table table, const tactus_option& option, const entry& from,
                   const node& item, const std::string& place, std::vector<value>& into);
    void hide(const node& secret);

    source_text& source_;
    std::vector<diagnostic>& found_;
};

// Is the table itself right: types, keys, texts, defaults and ranges? Errors: invalid, in one
// sentence that names the option. `taken`: keys that the table may not declare.
[[nodiscard]] result<void> check_options(option_table table,
                                         std::span<const std::string_view> taken = {});

// How messages name an instance: `input "desk" (type osc)`; what is empty is left out.
[[nodiscard]] std::string place_of(std::uint32_t kind, std::string_view name,
                                   std::string_view type);

// `diagnostic` for what a plugin's configure() says of one of its keys ("listen", "tls.cert").
[[nodiscard]] diagnostic at(const values& options, std::string_view key_path, std::string_view text,
                            const std::string& place = {});

} // namespace tactus::config
