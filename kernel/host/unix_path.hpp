// SPDX-License-Identifier: MIT
// A unix socket's file: bound in place of one that nobody listens behind, with its permissions, and
// removed at the end as long as it is still ours. unix_path_linux.cpp. Threads: loop.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/host/stream_address.hpp"

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace tactus::host {

class unix_path {
public:
    static constexpr std::uint32_t mode_default = 0660;

    unix_path() = default;
    unix_path(const unix_path&) = delete;
    unix_path& operator=(const unix_path&) = delete;
    ~unix_path();

    // Once; `type` is the socket's, SOCK_STREAM or SOCK_DGRAM; mode 0 = 0660. Errors: io, with
    // errno as the system left it.
    [[nodiscard]] result<void> bind(int fd, const stream_address& at, int type, std::uint32_t mode);

private:
    std::string path_; // empty: nothing is ours
    dev_t device_ = 0; // which file that is
    ino_t inode_ = 0;
};

// In words for the operator. Errors: io, always; from errno.
[[nodiscard]] unexpected<error> cannot_listen(const stream_address& at, const std::string& text);

} // namespace tactus::host
