// SPDX-License-Identifier: MIT
// One test of the checker, and the tables of them.
#pragma once

#include "subject.hpp"

#include <cstdint>
#include <span>

namespace tactus::checker {

/// The subject of a test: it runs once for each of them.
enum class scope : std::uint8_t { file, instance, input, output };

struct check_case {
    const char* name;
    const char* doc;
    scope of;
    void (*body)(subject& plugin);
};

// In the order in which they run: later tests rely on the results of earlier ones.
std::span<const check_case> file_cases();      // cases_file.cpp
std::span<const check_case> late_file_cases(); // cases_file.cpp
std::span<const check_case> table_cases();     // cases_tables.cpp
std::span<const check_case> life_cases();      // cases_life.cpp
std::span<const check_case> long_life_cases(); // cases_life.cpp
std::span<const check_case> time_cases();      // cases_time.cpp
std::span<const check_case> operation_cases(); // cases_operations.cpp
std::span<const check_case> refusal_cases();   // cases_refusals.cpp
std::span<const check_case> input_cases();     // cases_input.cpp
std::span<const check_case> output_cases();    // cases_output.cpp
std::span<const check_case> process_cases();   // cases_process.cpp

} // namespace tactus::checker
