// SPDX-License-Identifier: MIT
// One typed option of a plugin: which member of its config struct it sets, and how it is declared
// to the kernel. The type of the member determines the type of the option:
//   bool | integers | float, double        BOOL INT FLOAT, with the range of the integer's type
//   std::string                            STRING, or ENDPOINT with .endpoint(schemes)
//   std::chrono durations                  DURATION; byte_count: BYTES; event_rate: RATE
//   an enum                                CHOICE, with .choices(words) in the enum's order from 0
//   std::vector<T>                         a list of T; std::optional<T>: may be unset
//   a struct with static `options`         TABLE
// Everything is constexpr: the C table is static data. Made by option(), collected by options.hpp.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <tactus/cpp/default_check.hpp>
#include <tactus/cpp/time.hpp>
#include <tactus/option.h>

namespace tactus {
inline namespace v0_1 {

/// A size: 4096 or "64KiB" in the file. Units: bytes.
struct byte_count {
    std::uint64_t value = 0;
};

/// A rate: "2000/s" in the file. Units: 1/s.
struct event_rate {
    double per_second = 0;
};

namespace detail {

template <class T>
struct is_duration : std::false_type {};
template <class Rep, class Period>
struct is_duration<std::chrono::duration<Rep, Period>> : std::true_type {};

template <class T>
concept option_table = requires {
    T::options.raw();
};

/// The type of one value: without the vector or optional around it.
template <class T>
struct option_value {
    using type = T;
    static constexpr bool is_list = false;
};
template <class T>
struct option_value<std::vector<T>> {
    using type = T;
    static constexpr bool is_list = true;
};
template <class T>
struct option_value<std::optional<T>> {
    using type = T;
    static constexpr bool is_list = false;
};

template <class T>
constexpr std::uint32_t option_type() noexcept {
    if constexpr (std::same_as<T, bool>) {
        return TACTUS_OPT_BOOL;
    } else if constexpr (std::integral<T>) {
        static_assert(sizeof(T) < 8 || std::is_signed_v<T>, "an option holds 64 bits with a sign");
        return TACTUS_OPT_INT;
    } else if constexpr (std::floating_point<T>) {
        return TACTUS_OPT_FLOAT;
    } else if constexpr (std::same_as<T, std::string>) {
        return TACTUS_OPT_STRING;
    } else if constexpr (is_duration<T>::value) {
        return TACTUS_OPT_DURATION;
    } else if constexpr (std::same_as<T, byte_count>) {
        return TACTUS_OPT_BYTES;
    } else if constexpr (std::same_as<T, event_rate>) {
        return TACTUS_OPT_RATE;
    } else if constexpr (std::is_enum_v<T>) {
        return TACTUS_OPT_CHOICE;
    } else {
        static_assert(option_table<T>, "no option has a member of this type");
        return TACTUS_OPT_TABLE;
    }
}

/// The range that an integer's type implies; NULL for 64 bits and for other types.
template <class T>
constexpr const char* least() noexcept {
    if constexpr (!std::integral<T> || std::same_as<T, bool> || sizeof(T) == 8) {
        return nullptr;
    } else if constexpr (std::is_unsigned_v<T>) {
        return "0";
    } else {
        return sizeof(T) == 1 ? "-128" : sizeof(T) == 2 ? "-32768" : "-2147483648";
    }
}
template <class T>
constexpr const char* most() noexcept {
    if constexpr (!std::integral<T> || std::same_as<T, bool> || sizeof(T) == 8) {
        return nullptr;
    } else if constexpr (std::is_unsigned_v<T>) {
        return sizeof(T) == 1 ? "255" : sizeof(T) == 2 ? "65535" : "4294967295";
    } else {
        return sizeof(T) == 1 ? "127" : sizeof(T) == 2 ? "32767" : "2147483647";
    }
}

} // namespace detail

/// A literal: each function returns a copy with one more property. All texts are static.
template <class Config, class Member>
struct option_spec {
    using config_type = Config;
    using value_type = typename detail::option_value<Member>::type;

    Member Config::*member;
    tactus_option raw;

    /// It must be in the file and has no default.
    constexpr option_spec required() const noexcept {
        option_spec next = *this;
        next.raw.flags |= TACTUS_OPT_REQUIRED;
        return next;
    }
    /// Never shown in messages and dumps.
    constexpr option_spec secret() const noexcept {
        option_spec next = *this;
        next.raw.flags |= TACTUS_OPT_SECRET;
        return next;
    }
    /// Inclusive, in TOML syntax: "1", "\"10ms\""; nullptr leaves a side open.
    constexpr option_spec range(const char* least_toml, const char* most_toml) const noexcept {
        option_spec next = *this;
        next.raw.min_toml = least_toml;
        next.raw.max_toml = most_toml;
        return next;
    }
    /// The words of an enum, NULL-terminated, in the order of its values from 0.
    constexpr option_spec choices(const char* const* words) const noexcept {
        static_assert(std::is_enum_v<value_type>, "choices are for members that are enums");
        option_spec next = *this;
        next.raw.choices = words;
        return next;
    }
    /// A text in place of the table sets its first option, which is a std::string.
    constexpr option_spec or_text() const noexcept {
        static_assert(detail::option_table<value_type>, "only a table has a first option");
        option_spec next = *this;
        next.raw.flags |= TACTUS_OPT_OR_TEXT;
        return next;
    }
    /// A URL of one of these schemes, NULL-terminated.
    constexpr option_spec endpoint(const char* const* schemes) const noexcept {
        static_assert(std::same_as<value_type, std::string>, "endpoints are members of text");
        option_spec next = *this;
        next.raw.type = TACTUS_OPT_ENDPOINT;
        next.raw.choices = schemes;
        return next;
    }
};

/// An option that sets `member`. `default_toml` is in TOML syntax; nullptr means unset: the member
/// keeps the value its struct gives it. `doc` is one sentence, with the unit.
template <class Config, class Member>
constexpr option_spec<Config, Member> option(Member Config::*member, const char* key,
                                             const char* default_toml, const char* doc) noexcept {
    using value = typename detail::option_value<Member>::type;
    tactus_option raw{};
    raw.type = detail::option_type<value>();
    raw.flags = detail::option_value<Member>::is_list ? TACTUS_OPT_ARRAY : 0u;
    raw.key = key;
    raw.default_toml = default_toml;
    raw.doc = doc;
    raw.min_toml = detail::least<value>();
    raw.max_toml = detail::most<value>();
    if constexpr (detail::option_table<value>) {
        raw.children = value::options.raw();
        raw.n_children = value::options.size();
    }
    return option_spec<Config, Member>{member, raw};
}

} // namespace v0_1
} // namespace tactus
