// SPDX-License-Identifier: MIT
// A tactus_config for tests: values by key, in TOML's syntax (a list may also be several add()
// calls; quotation marks may be left out). Defaults come from the option table, as the kernel's do.
// It checks no ranges and no required keys: that is the kernel's, and tested there. A wrong key or
// a value of another type throws std::invalid_argument. Threads: one.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tactus/option.h>

namespace tactus::testing {

struct toml_value;

class test_config {
public:
    /// `stride` is the descriptor's option_size, in bytes.
    test_config(const tactus_option* options, std::uint32_t n_options,
                std::uint32_t stride = sizeof(tactus_option));
    test_config(const test_config&) = delete;
    test_config& operator=(const test_config&) = delete;

    /// `toml` is `true`, `12`, `0.5`, `"text"`, `"20ms"`, `["a", "b"]`, `{ key = 1 }`. It replaces
    /// the values that were there.
    test_config& set(std::string_view key, std::string_view toml);
    /// One more value of a list; the first one replaces the default.
    test_config& add(std::string_view key, std::string_view toml);
    test_config& unset(std::string_view key);
    /// The inline table of that key.
    test_config& table(std::string_view key);
    /// From now on each getter answers this: a host that breaks its word.
    void fail_getters(tactus_status status) { getter_status_ = status; }

    /// How often a getter has answered that.
    std::uint64_t failed_reads() const { return failed_reads_; }

    const tactus_config& raw() const { return raw_; }

private:
    struct value {
        std::int64_t integer = 0;
        double real = 0;
        std::string text;
    };

    static test_config& of(const tactus_config* config);
    void put(std::uint32_t option, const toml_value& given);
    static value parse(const tactus_option& option, const std::string& text);
    static tactus_status find(const tactus_config* config, std::uint32_t option,
                              std::uint32_t index, const value** found);
    std::uint32_t index_of(std::string_view key) const;

    std::vector<const tactus_option*> options_;
    std::uint32_t stride_;
    std::vector<std::vector<value>> values_;
    std::map<std::uint32_t, std::unique_ptr<test_config>> tables_;
    std::vector<bool> is_default_;
    tactus_status getter_status_ = TACTUS_OK;
    std::uint64_t failed_reads_ = 0;
    tactus_config raw_;
};

} // namespace tactus::testing
