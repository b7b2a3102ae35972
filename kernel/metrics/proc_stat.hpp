// SPDX-License-Identifier: MIT
// Reads /proc/.../stat, of the process or of a thread. Source: proc(5), /proc/[pid]/stat.
// proc_stat_linux.cpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tactus::metrics {

class proc_stat {
public:
    // The numbers of fields in proc(5).
    static constexpr std::size_t start_time = 22;
    static constexpr std::size_t resident_pages = 24;

    // Without fields if the file cannot be read, as that of a thread that ends meanwhile.
    explicit proc_stat(const std::string& path);

    [[nodiscard]] std::optional<double> field(std::size_t number) const;
    // User and system time, s.
    [[nodiscard]] std::optional<double> cpu_s() const;
    [[nodiscard]] static double ticks_a_second() noexcept;

private:
    std::vector<std::string> fields_; // those after the name
};

} // namespace tactus::metrics
