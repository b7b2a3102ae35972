// SPDX-License-Identifier: MIT
// Keeps an input attached to all ports that its options name, whatever comes and goes. A round has
// two steps: find_sources() returns the ports that can be attached to, the loop's side
// (midi_in.cpp) gives each a number, and listen() attaches new ports and releases those not named
// any more. On JACK, a client that does not run silences all others (input_backend::is_held_up);
// listen() finds it by releasing ports:
//   all run --held up--> isolating: those that came last (or all, if none is new) are released
//   isolating --run again--> it was that one: it is suspended; or one of several: one by one
//   isolating --still held up--> isolating: all others are released too
//   one by one: each is attached and checked alone --none is left--> all run
// Each step is a separate call, so that a stop need not wait for all of them. Threads: work, thus
// one at a time. No call hangs if a JACK server has died.
#pragma once

#include "input_backend.hpp"
#include "port_choice.hpp"
#include "port_options.hpp"
#include "suspended_ports.hpp"

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

/// A port that is not listened to any more, and what it left sounding.
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
    static constexpr std::chrono::milliseconds retry_min{250};
    static constexpr std::chrono::milliseconds retry_max{1000};
    // After a port went: a new port of its name may exist already, announced with the loss.
    static constexpr std::chrono::milliseconds return_step{10};

    // A port that falls silent repeatedly is logged at most this often.
    static constexpr std::int64_t silence_told_ns = 10'000'000'000;

    // jackd adds a connection to its graph, or removes it, in the next period; if a client does not
    // run, after its time-out: 500 ms, unless set by -t.
    static constexpr input_backend::watching usual{};
    static constexpr input_backend::watching after_attach{.times = 4};
    static constexpr input_backend::watching after_release{.limit = std::chrono::milliseconds(700)};
    static constexpr input_backend::watching one_by_one{.limit = std::chrono::milliseconds(300),
                                                        .settling = std::chrono::milliseconds(600)};
    // No other port is received meanwhile.
    static constexpr input_backend::watching after_retry{
        .limit = std::chrono::milliseconds(100), .settling = std::chrono::milliseconds(600)};

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
    sources_found retry(std::string complaint);
    std::vector<port_candidate> choose(std::vector<std::string> names);
    void say_why_none(const std::vector<std::string>& names);
    bool is_own(const std::string& name) const;
    bool has_one_left(const std::vector<std::string>& names) const noexcept;
    void attach_new(const std::vector<wanted_port>& wanted_ports);
    void attach(const wanted_port& wanted);
    std::string name_of_end(const std::string& port) const;
    void announce(std::size_t first);
    const input_backend::watching& how_to_watch(std::size_t first) const noexcept;
    void find_stalled_port(const std::vector<wanted_port>& wanted_ports, std::size_t first);
    void let_go(attached& of);
    void let_go_from(std::size_t first);
    bool is_isolation_over();
    void isolate_stalled_port();
    void let_go_of_others(const std::vector<wanted_port>& wanted_ports);
    void tell_silent(attached& of);
    void complain(std::string text);

    source_settings settings_;
    port_choice choice_;
    tactus::logger log_;
    event_receiver& into_;
    std::vector<std::unique_ptr<attached>> attached_; // before the system, which is destroyed first
    std::vector<gone_port> gone_;
    std::unique_ptr<input_backend> system_;
    std::uint32_t times_attached_ = 0;
    suspended_ports suspended_;
    std::vector<std::string> suspects_; // released, and we have not run since
    bool is_one_by_one_ = false;        // until all are attached or suspended
    bool must_retry_ = false;           // a port could not be attached
    std::chrono::milliseconds retry_ = retry_min;
    std::string complaint_; // logged last, so as not to repeat it
    std::string hint_;      // the port that was last suggested as the one meant
};

} // namespace midi
