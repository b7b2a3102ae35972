// SPDX-License-Identifier: MIT
// Keeps libjack's metadata database closed. libjack opens one with the first client of a process: a
// Berkeley DB in shared memory that all JACK servers and clients of a user share. A process that is
// killed while it opens or closes a client can leave it locked. From then on every client of that
// user waits in jack_client_open() without end. The plugin needs no metadata. Therefore it answers
// libjack's call itself: a plugin is searched for symbols before the libraries that it needs.
// libjack then goes on without the database.
#include <cerrno>

/// As of Berkeley DB 5.3, whose type of `environment` is of no interest. Always fails. Any thread.
extern "C" [[gnu::visibility("protected")]] int db_env_create(void** environment,
                                                              unsigned flags) noexcept;

int db_env_create(void** environment, unsigned /*flags*/) noexcept {
    *environment = nullptr;
    return ENOSYS;
}
