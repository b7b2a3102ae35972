// SPDX-License-Identifier: MIT
// A plugin's descriptor, while the host waits for it. The host waits for a duplicate of its own:
// libuv ends the process if a descriptor is closed between its uv_poll_start and the next poll, and
// the number may be another file's by then. Threads: any.
#pragma once

namespace tactus::host {

// A descriptor of the same open file; below 0 if `fd` is not open, or no more can be.
[[nodiscard]] int borrow_file(int fd) noexcept;
// Closes `borrowed`, which may be below 0; nothing may wait for it any more.
void return_file(int borrowed) noexcept;
// Whether `fd` still is the file of which `borrowed` is the duplicate.
[[nodiscard]] bool is_still_file(int fd, int borrowed) noexcept;

} // namespace tactus::host
