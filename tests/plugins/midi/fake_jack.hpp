// SPDX-License-Identifier: MIT
// A JACK server as libjack shows it, for tests that are to say when what is told and what is
// listed: fake_jack.cpp is linked in libjack's and midi_port.cpp's place. Its periods go by by
// themselves; all else happens when the test says so. One at a time. Threads: the test's; what the
// plugin calls, any.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tactus::test {

class fake_jack {
public:
    fake_jack();
    fake_jack(const fake_jack&) = delete;
    fake_jack& operator=(const fake_jack&) = delete;
    ~fake_jack();

    /// A port of a peer is listed, or not any more, under a number; nobody is told. Its connections
    /// end with it.
    void list(const std::string& port, std::uint32_t number, bool is_input);
    void unlist(const std::string& port);
    /// Its client does not run, or does again: JACK refuses connections, and ends those there are.
    void set_running(const std::string& port, bool is_running);

    /// What the plugin's clients are told.
    void tell_port(std::uint32_t number, bool is_there);
    void tell_client_gone(const std::string& client);
    void tell_xrun();

    /// A peer's output sends one event to those that it is connected to. It returns when the period
    /// in which they got it is over; there must be one client only.
    void play(const std::string& port, const std::vector<std::uint8_t>& bytes);

    /// How many connections of that port there are, and how many were refused.
    std::size_t connections(const std::string& port) const;
    int refused() const;
    /// What was sent while it was connected.
    std::vector<std::vector<std::uint8_t>> heard_by(const std::string& port) const;

    struct state;

private:
    std::unique_ptr<state> state_;
};

} // namespace tactus::test
