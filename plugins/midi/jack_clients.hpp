// SPDX-License-Identifier: MIT
// Tracks which parts of this process have JACK clients open. libjack keeps one list of all clients
// of a process: if the server has died and a client is opened anew, libjack first frees all old
// ones, also those of other owners, whose next call crashes the daemon (measured, jackd2 1.9.21).
// After a server's death no client is therefore opened until all have been closed. Clients
// opened by other code in this process cannot be prevented from it; libjack then reports what it
// does, and freed_so_far() shows an owner that its clients are gone. This is process-wide state, as
// libjack's own is. Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace midi::jack_clients {

/// Begins a group of clients. Returns false while others still hold clients of a server that has
/// died; try again soon.
[[nodiscard]] bool enter() noexcept;
/// Ends the group; all its clients have been closed.
void leave() noexcept;
/// Called by a group as soon as it sees that its server has gone.
void server_died() noexcept;

/// How often libjack has freed the clients of this process by itself. Counts only from the first
/// enter() on, which also redirects libjack's messages here instead of stderr.
[[nodiscard]] std::uint64_t freed_so_far() noexcept;

/// Marks the client with that name, as JACK has it, as ours until it is removed.
void add(const std::string& client);
void remove(std::string_view client) noexcept;
/// Whether the port "client:port" is ours, whichever instance owns it.
[[nodiscard]] bool has_port(std::string_view port) noexcept;

} // namespace midi::jack_clients
