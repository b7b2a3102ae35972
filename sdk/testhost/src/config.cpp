// SPDX-License-Identifier: MIT
#include <tactus/testhost/config.hpp>

#include "toml_value.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace tactus::testing {

namespace {

// "250ms" -> ns, "64KiB" -> bytes, "2000/s" -> 1/s: the number, times the unit. A long double has
// room for all digits of 64 bits.
long double with_unit(std::string text) {
    text.erase(std::remove(text.begin(), text.end(), '_'), text.end()); // 10_000
    static const std::map<std::string, long double> units{
        {"", 1},           {"ns", 1},          {"us", 1e3},         {"ms", 1e6},
        {"s", 1e9},        {"m", 6e10},        {"h", 3.6e12},       {"B", 1},
        {"KiB", 1024},     {"MiB", 1048576},   {"GiB", 1073741824}, {"/s", 1},
        {"/m", 1.0L / 60}, {"/h", 1.0L / 3600}};
    for (const auto& [prefix, base] : {std::pair("0o", 8), std::pair("0b", 2)}) {
        if (text.compare(0, 2, prefix) == 0) {
            return static_cast<long double>(std::strtoll(text.c_str() + 2, nullptr, base));
        }
    }
    char* end = nullptr;
    const long double number = std::strtold(text.c_str(), &end);
    const auto unit = units.find(end);
    if (end == text.c_str() || unit == units.end()) {
        throw std::invalid_argument("not a number with a unit: " + text);
    }
    return number * unit->second;
}

std::int64_t choice_index(const tactus_option& option, const std::string& word) {
    for (std::int64_t i = 0; option.choices[i] != nullptr; ++i) {
        if (word == option.choices[i]) {
            return i;
        }
    }
    throw std::invalid_argument("not a choice: " + word);
}

} // namespace

test_config::test_config(const tactus_option* options, std::uint32_t n_options,
                         std::uint32_t stride)
    : stride_(stride), values_(n_options), is_default_(n_options, true), raw_{} {
    for (std::uint32_t i = 0; i < n_options; ++i) {
        const auto* const at = reinterpret_cast<const char*>(options) + std::size_t{i} * stride;
        options_.push_back(reinterpret_cast<const tactus_option*>(at));
    }
    raw_.struct_size = sizeof raw_;
    raw_.impl = this;
    raw_.count = [](const tactus_config* config, std::uint32_t option) noexcept {
        const test_config& self = of(config);
        if (option >= self.values_.size()) {
            return std::uint32_t{0};
        }
        return static_cast<std::uint32_t>(self.values_[option].size() + self.tables_.count(option));
    };
    raw_.get_int = [](const tactus_config* config, std::uint32_t option, std::uint32_t index,
                      std::int64_t* to) noexcept {
        const value* found = nullptr;
        const tactus_status status = find(config, option, index, &found);
        *to = found != nullptr ? found->integer : 0;
        return status;
    };
    raw_.get_float = [](const tactus_config* config, std::uint32_t option, std::uint32_t index,
                        double* to) noexcept {
        const value* found = nullptr;
        const tactus_status status = find(config, option, index, &found);
        *to = found != nullptr ? found->real : 0;
        return status;
    };
    raw_.get_str = [](const tactus_config* config, std::uint32_t option, std::uint32_t index,
                      tactus_str* to) noexcept {
        const value* found = nullptr;
        const tactus_status status = find(config, option, index, &found);
        *to = found != nullptr ? tactus_str{found->text.data(), found->text.size()}
                               : tactus_str{nullptr, 0};
        return status;
    };
    raw_.child = [](const tactus_config* config, std::uint32_t option, std::uint32_t) noexcept {
        const auto& tables = of(config).tables_;
        const auto found = tables.find(option);
        return found != tables.end() ? &found->second->raw() : nullptr;
    };
    for (std::uint32_t i = 0; i < n_options; ++i) {
        if (options_[i]->default_toml != nullptr) {
            put(i, read_toml(options_[i]->default_toml));
        }
    }
}

test_config& test_config::of(const tactus_config* config) {
    return *static_cast<test_config*>(config->impl);
}

test_config& test_config::set(std::string_view key, std::string_view toml) {
    return unset(key).add(key, toml);
}

test_config& test_config::add(std::string_view key, std::string_view toml) {
    const std::uint32_t i = index_of(key);
    if (is_default_[i]) {
        unset(key);
    }
    put(i, read_toml(toml));
    return *this;
}

void test_config::put(std::uint32_t option, const toml_value& given) {
    const tactus_option& of = *options_[option];
    if (given.is == toml_value::form::list) {
        for (const toml_value& item : given.items) {
            put(option, item);
        }
    } else if (of.type != TACTUS_OPT_TABLE) {
        values_[option].push_back(parse(of, given.text));
    } else if (given.is == toml_value::form::table) {
        test_config& child = table(of.key);
        for (const auto& [key, entry] : given.entries) {
            child.unset(key).put(child.index_of(key), entry);
        }
    } else if ((of.flags & TACTUS_OPT_OR_TEXT) != 0) {
        test_config& child = table(of.key);
        child.unset(of.children[0].key).put(0, given);
    } else {
        throw std::invalid_argument(std::string(of.key) + " is a table");
    }
}

test_config& test_config::unset(std::string_view key) {
    const std::uint32_t i = index_of(key);
    values_[i].clear();
    tables_.erase(i);
    is_default_[i] = false;
    return *this;
}

test_config& test_config::table(std::string_view key) {
    const std::uint32_t i = index_of(key);
    auto& child = tables_[i];
    if (child == nullptr) {
        child =
            std::make_unique<test_config>(options_[i]->children, options_[i]->n_children, stride_);
    }
    return *child;
}

test_config::value test_config::parse(const tactus_option& option, const std::string& text) {
    value parsed;
    parsed.text = text;
    switch (option.type) {
    case TACTUS_OPT_STRING:
    case TACTUS_OPT_ENDPOINT:
        break;
    case TACTUS_OPT_BOOL:
        parsed.integer = parsed.text == "true" ? 1 : 0;
        break;
    case TACTUS_OPT_CHOICE:
        parsed.integer = choice_index(option, parsed.text);
        break;
    default: {
        const long double number = with_unit(text);
        parsed.real = static_cast<double>(number);
        parsed.integer = static_cast<std::int64_t>(number);
    }
    }
    return parsed;
}

tactus_status test_config::find(const tactus_config* config, std::uint32_t option,
                                std::uint32_t index, const value** found) {
    test_config& self = of(config);
    if (self.getter_status_ != TACTUS_OK) {
        ++self.failed_reads_;
        return self.getter_status_;
    }
    if (option >= self.values_.size() || index >= self.values_[option].size()) {
        return TACTUS_E_INVALID;
    }
    *found = &self.values_[option][index];
    return TACTUS_OK;
}

std::uint32_t test_config::index_of(std::string_view key) const {
    for (std::uint32_t i = 0; i < values_.size(); ++i) {
        if (key == options_[i]->key) {
            return i;
        }
    }
    throw std::invalid_argument("no such option: " + std::string(key));
}

} // namespace tactus::testing
