// SPDX-License-Identifier: MIT
// An argument of `--set`:
//
//   setting := key "=" value
//   key     := part ("." part)*        "metrics.listen", "output.synth.queue.pending"
//   value   := TOML | bare             as in a file; what is not TOML is a text without quotes:
//                                      "nanoKONTROL*", "udp://127.0.0.1:9000", "5ms"
//
// A shell removes quotes, hence the bare texts. A bare text begins with none of `" ' [ {`, which
// begin TOML, unless it is an address like "[::1]:9464", and has no unprintable characters.
#pragma once

#include "kernel/config/source/document.hpp"

#include <cstdint>
#include <string_view>

namespace tactus::config {

// A document with that one key; its positions count in the argument. Errors: the fault, and its
// place in the argument.
[[nodiscard]] result<node, diagnostic> parse_setting(std::string_view argument,
                                                     std::uint32_t source);

} // namespace tactus::config
