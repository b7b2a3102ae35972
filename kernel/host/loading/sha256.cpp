// SPDX-License-Identifier: MIT
#include "kernel/host/loading/sha256.hpp"

#include <array>

#include <sys/types.h> // which sha2.h needs

#include <sha2.h>

namespace tactus::host {

std::string sha256_of_file(const std::string& path) {
    std::array<char, SHA256_DIGEST_STRING_LENGTH> text{};
    return SHA256File(path.c_str(), text.data()) != nullptr ? text.data() : std::string();
}

} // namespace tactus::host
