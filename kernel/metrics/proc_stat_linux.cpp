// SPDX-License-Identifier: MIT
#include "kernel/metrics/proc_stat.hpp"

#include <fstream>
#include <iterator>
#include <sstream>

#include <unistd.h>

namespace tactus::metrics {
namespace {

// Fields are counted from the one after the name, which may itself contain blanks and brackets.
constexpr std::size_t field_behind_name = 3;
constexpr std::size_t user_time = 14;
constexpr std::size_t system_time = 15;

} // namespace

proc_stat::proc_stat(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line, '\0'); // a name may hold line breaks; a thread may end meanwhile
    const std::size_t name_end = line.rfind(')');
    if (name_end != std::string::npos) {
        std::istringstream rest(line.substr(name_end + 1));
        fields_.assign(std::istream_iterator<std::string>(rest), {});
    }
}

std::optional<double> proc_stat::field(std::size_t number) const {
    const std::size_t index = number - field_behind_name;
    if (index >= fields_.size()) {
        return std::nullopt;
    }
    return std::stod(fields_[index]);
}

std::optional<double> proc_stat::cpu_s() const {
    const std::optional<double> user = field(user_time);
    const std::optional<double> system = field(system_time);
    return user && system ? std::optional((*user + *system) / ticks_a_second()) : std::nullopt;
}

double proc_stat::ticks_a_second() noexcept {
    return static_cast<double>(::sysconf(_SC_CLK_TCK));
}

} // namespace tactus::metrics
