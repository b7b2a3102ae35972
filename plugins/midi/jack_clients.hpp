// SPDX-License-Identifier: MIT
// Who in this process has JACK clients open. libjack keeps one account of all clients of a process:
// where the server has died and any of them is opened anew, libjack first frees all the old ones,
// whoever holds them, and their holders' next call crashes the daemon (measured, jackd2 1.9.21).
// So after a server's death nobody opens a client until all have closed theirs. Clients opened in
// this process by anyone else cannot be kept from it; then libjack says what it does, and
// freed_so_far() tells a holder that its clients are gone.
// This is process-wide state, as libjack's own is. Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace midi::jack_clients {

/// Begins a group of clients. False: others still hold clients of a server that has died; try
/// again soon.
[[nodiscard]] bool enter() noexcept;
/// Ends it; all its clients have been closed.
void leave() noexcept;
/// Told by a group as soon as it sees that its server has gone.
void server_died() noexcept;

/// How often libjack has freed the clients of this process by itself. Counts only what happens
/// after the first enter(), which also sends libjack's messages here in place of stderr.
[[nodiscard]] std::uint64_t freed_so_far() noexcept;

/// A client of that name, as JACK has it, is ours until it is removed.
void add(const std::string& client);
void remove(std::string_view client) noexcept;
/// The port, "client:port", is one of ours, whichever instance has it.
[[nodiscard]] bool has_port(std::string_view port) noexcept;

} // namespace midi::jack_clients
