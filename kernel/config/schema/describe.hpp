// SPDX-License-Identifier: MIT
// Option tables for people and tools: the output of `tactus plugins show`, the same as JSON, and a
// commented sample to copy. Reads declarations only, never values.
#pragma once

#include "kernel/config/schema/option_table.hpp"

#include <cstdint>
#include <string>

namespace tactus::config {

// One line for each option, columns aligned: key, type, default, then range and text.
[[nodiscard]] std::string describe_text(const tactus_descriptor& plugin);

// One JSON object without a newline: {"id":...,"type":...,"kinds":[...],"version":...,
// "vendor":...,"license":...,"doc":...,"has_connections":...,"options":[{"key":...,"type":...,
// "required":...,"list":...,"secret":...,"default":...,"min":...,"max":...,"choices":[...],
// "doc":...,"options":[...]}]}.
[[nodiscard]] std::string describe_json(const tactus_descriptor& plugin);

// An [[input]] or [[output]] with every option: the required ones with an example, the others as
// comments with their defaults. It is a valid part of a file.
[[nodiscard]] std::string sample_toml(const tactus_descriptor& plugin, std::uint32_t kind);

// The kernel's own sections in the same form.
[[nodiscard]] std::string sample_sections_toml();

} // namespace tactus::config
