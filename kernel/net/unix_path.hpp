// SPDX-License-Identifier: MIT
// A unix socket's file: bound in place of a file that has no listener, with its permissions, and
// removed at the end if it is still ours. unix_path_linux.cpp. Threads: loop.
#pragma once

#include "kernel/base/result.hpp"
#include "kernel/net/stream_address.hpp"

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace tactus::net {

class unix_path {
public:
    static constexpr std::uint32_t mode_default = 0660;

    unix_path() = default;
    unix_path(const unix_path&) = delete;
    unix_path& operator=(const unix_path&) = delete;
    ~unix_path();

    // Called once. `type` is the socket's, SOCK_STREAM or SOCK_DGRAM; mode 0 = 0660. Errors: io,
    // with errno as the system left it.
    [[nodiscard]] result<void> bind(int fd, const stream_address& at, int type, std::uint32_t mode);

private:
    std::string path_; // empty: no file is ours
    dev_t device_ = 0; // identifies the file
    ino_t inode_ = 0;
};

// A message for the operator. Errors: io, always; from errno.
[[nodiscard]] unexpected<error> cannot_listen(const stream_address& at, const std::string& text);

} // namespace tactus::net
