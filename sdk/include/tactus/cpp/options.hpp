// SPDX-License-Identifier: MIT
// The table of a plugin's options, and the reader that fills its config struct from the values that
// the kernel has validated. Declared once, inside the plugin:
//   struct config { std::uint16_t port = 0; std::string text; };
//   static constexpr auto options = tactus::options(
//       tactus::option(&config::port, "port", "9000", "UDP port to listen on."),
//       tactus::option(&config::text, "text", nullptr, "What to say.").required());
// Nothing is parsed here, and no option is looked up by name. Threads: loop.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <tactus/cpp/firewall.hpp>
#include <tactus/cpp/option.hpp>
#include <tactus/cpp/time.hpp>

namespace tactus {
inline namespace v0_1 {
namespace detail {

/// Reads option number `at` of one table.
class option_reader {
public:
    option_reader(const tactus_config& config, std::uint32_t at, const char* key) noexcept
        : config_(config), at_(at), key_(key) {}

    template <class T>
    void read(T& member) const {
        if (config_.count(&config_, at_) != 0) {
            member = value<T>(0);
        }
    }
    template <class T>
    void read(std::optional<T>& member) const {
        member.reset();
        if (config_.count(&config_, at_) != 0) {
            member.emplace(value<T>(0));
        }
    }
    template <class T>
    void read(std::vector<T>& member) const {
        const std::uint32_t count = config_.count(&config_, at_);
        member.clear();
        member.reserve(count);
        for (std::uint32_t i = 0; i < count; ++i) {
            member.push_back(value<T>(i));
        }
    }

private:
    template <class T>
    T value(std::uint32_t index) const;

    std::int64_t integer(std::uint32_t index) const {
        std::int64_t read = 0;
        check(config_.get_int(&config_, at_, index, &read));
        return read;
    }
    double real(std::uint32_t index) const {
        double read = 0;
        check(config_.get_float(&config_, at_, index, &read));
        return read;
    }
    std::string text(std::uint32_t index) const {
        tactus_str read{};
        check(config_.get_str(&config_, at_, index, &read));
        return std::string(to_view(read));
    }
    const tactus_config& table(std::uint32_t index) const {
        const tactus_config* child = config_.child(&config_, at_, index);
        check(child != nullptr ? TACTUS_OK : TACTUS_E_INVALID);
        return *child;
    }
    void check(tactus_status status) const {
        if (status < 0) {
            std::string reason = "the host could not give this value: ";
            throw config_error(key_, reason.append(name_of(status)));
        }
    }

    const tactus_config& config_;
    std::uint32_t at_;
    const char* key_;
};

template <class T>
T option_reader::value(std::uint32_t index) const {
    if constexpr (std::same_as<T, bool>) {
        return integer(index) != 0;
    } else if constexpr (std::integral<T>) {
        const std::int64_t read = integer(index);
        if (!std::in_range<T>(read)) { // the kernel has checked the range that we declared
            throw config_error(key_, "the host gave a value that is out of range.");
        }
        return static_cast<T>(read);
    } else if constexpr (std::floating_point<T>) {
        return static_cast<T>(real(index));
    } else if constexpr (std::same_as<T, std::string>) {
        return text(index);
    } else if constexpr (is_duration<T>::value) {
        return std::chrono::duration_cast<T>(std::chrono::nanoseconds(integer(index)));
    } else if constexpr (std::same_as<T, byte_count>) {
        return byte_count{static_cast<std::uint64_t>(integer(index))};
    } else if constexpr (std::same_as<T, event_rate>) {
        return event_rate{real(index)};
    } else if constexpr (std::is_enum_v<T>) {
        return static_cast<T>(integer(index));
    } else {
        return T::options.read(table(index));
    }
}

} // namespace detail

/// The options of one config struct, in the order of the C table.
template <class Config, class... Specs>
class option_list {
public:
    static constexpr std::size_t count = sizeof...(Specs);

    constexpr explicit option_list(const Specs&... specs) noexcept
        : specs_(specs...), raw_{specs.raw...} {
        (detail::check_option(specs.raw), ...);
    }

    /// The C table; static data if the list is.
    constexpr const tactus_option* raw() const noexcept { return raw_.data(); }
    static constexpr std::uint32_t size() noexcept { return static_cast<std::uint32_t>(count); }

    /// A config with every value that is set; the others keep the value the struct gives them.
    /// Errors: config_error, if the host does not provide what it promised.
    Config read(const tactus_config& from) const {
        Config config{};
        read_each(from, config, std::index_sequence_for<Specs...>());
        return config;
    }

private:
    template <std::size_t... Index>
    void read_each(const tactus_config& from, Config& config, std::index_sequence<Index...>) const {
        (detail::option_reader(from, static_cast<std::uint32_t>(Index), raw_[Index].key)
             .read(config.*(std::get<Index>(specs_).member)),
         ...);
    }

    std::tuple<Specs...> specs_;
    std::array<tactus_option, count> raw_;
};

/// All options of one config struct.
template <class First, class... Rest>
constexpr auto options(const First& first, const Rest&... rest) noexcept {
    return option_list<typename First::config_type, First, Rest...>(first, rest...);
}

} // namespace v0_1
} // namespace tactus
