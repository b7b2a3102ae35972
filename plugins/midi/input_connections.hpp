// SPDX-License-Identifier: MIT
// Keeps an input attached to all ports that its options name, while ports come and go. A round has
// two steps: find_sources() returns the ports that can be attached to, the loop's side
// (midi_in.cpp) gives each a number, and listen() attaches new ports and releases those not named
// any more. On JACK, a client that does not run silences all others: stalled_port_search finds it,
// while listen() releases and attaches ports.
// Each step is a separate call: a stop need not wait for all of them. Threads: work, thus
// one at a time. No call hangs if a JACK server has died.
#pragma once

#include "input_backend.hpp"
#include "port_choice.hpp"
#include "port_complaints.hpp"
#include "port_options.hpp"
#include "retry_wait.hpp"
#include "stalled_port_search.hpp"

#include <tactus/cpp/logger.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace midi {

struct source_settings {
    port_selector port; // empty if virtual_port is set
    ambiguity where_several = ambiguity::wait;
    std::string virtual_port;
    std::string own_name; // of our ends of connections
    api_choice api = api_choice::automatic;
    std::string jack_client; // replaces opening.client at JACK, where names are fixed at opening
    source_opening opening;
};

/// The ports that are available, and when to check again (0: when woken).
struct sources_found {
    std::vector<port_candidate> ports;
    std::chrono::milliseconds look_again{0};
};

/// A port that is not listened to any more, and the notes that it left sounding.
struct gone_port {
    std::uint32_t port = 0;
    sounding_notes sounding;
};

struct wanted_port {
    std::string name;
    std::uint32_t port = 0; // as ports.add numbered it
};

class input_connections {
public:
    // After a port went: a new port of its name may exist already, announced with the loss.
    static constexpr std::chrono::milliseconds return_step{10};

    // A port that falls silent repeatedly is logged at most this often.
    static constexpr std::int64_t silence_told_ns = 10'000'000'000;

    input_connections(source_settings settings, tactus::logger log, event_receiver& into);

    sources_found find_sources();
    /// Returns the numbers of the ports that are attached now.
    std::vector<std::uint32_t> listen(const std::vector<wanted_port>& wanted_ports);
    /// The ports that were let go since the last call. Threads: loop, between two calls of the
    /// functions above.
    std::vector<gone_port> take_gone() { return std::exchange(gone_, {}); }
    /// Ends what sounds of sources that are gone by active sensing, and logs that. Returns when to
    /// call it again; sensing_watch::never_ns: when the receiver reports that active sensing has
    /// begun.
    std::int64_t end_silent();
    /// How often a port was attached, since the start.
    std::uint32_t times_attached() const noexcept { return times_attached_; }
    void close();

private:
    struct attached {
        attached(std::string port_name, std::uint32_t port)
            : name(std::move(port_name)), from(port) {}
        std::string name;
        source from;
        std::int64_t told_silent_ns = 0; // 0: never
    };

    bool open();
    void drop_lost();
    void look_whether_frozen();
    sources_found retry(std::string complaint);
    std::vector<port_candidate> choose(std::vector<std::string> names);
    void say_why_none(const std::vector<std::string>& names);
    bool is_own(const std::string& name) const;
    bool has_one_left(const std::vector<std::string>& names) const noexcept;
    void attach_new(const std::vector<wanted_port>& wanted_ports);
    void attach(const wanted_port& wanted);
    std::string name_of_end(const std::string& port) const;
    void announce(std::size_t first);
    void find_stalled_port(const std::vector<wanted_port>& wanted_ports, std::size_t first);
    void let_go(attached& of);
    void let_go_from(std::size_t first);
    bool is_isolation_over();
    void let_go_of_others(const std::vector<wanted_port>& wanted_ports);
    void tell_silent(attached& of);

    source_settings settings_;
    port_choice choice_;
    tactus::logger log_;
    event_receiver& into_;
    std::vector<std::unique_ptr<attached>> attached_; // before the system, which is destroyed first
    std::vector<gone_port> gone_;
    std::unique_ptr<input_backend> system_;
    std::uint32_t times_attached_ = 0;
    stalled_port_search search_;
    bool must_retry_ = false; // a port could not be attached
    bool is_frozen_ = false;  // as of the last find_sources()
    retry_wait retry_;
    port_complaints complaints_;
};

} // namespace midi
