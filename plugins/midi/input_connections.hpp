// SPDX-License-Identifier: MIT
// Keeps an input attached to all that its options name, whatever comes and goes. A round has two
// steps: look() says what is there to listen to, the loop's side (midi_in.cpp) gives each a number,
// and listen() attaches what is new and lets go of what is not named any more. A client that does
// not run silences all others on JACK (input_backend::is_held_up); listen() finds it by letting go:
//   all run --held up--> isolating: those that came last (or all, where none is new) are let go
//   isolating --run again--> it was that one: it is suspended; or one of several: one by one
//   isolating --still held up--> isolating: all others are let go of too
//   one by one: each is attached to and judged alone --none is left--> all run
// Each step is a call of its own, so that a stop need not wait for all of them.
// Threads: work, thus one at a time. No call of it hangs where a JACK server has died.
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
#include <vector>

namespace midi {

struct source_settings {
    port_selector port; // of nothing where virtual_port is set
    ambiguity where_several = ambiguity::wait;
    std::string virtual_port;
    std::string own_name; // of our ends of connections
    api_choice api = api_choice::automatic;
    std::string jack_client; // in place of opening.client at JACK, where names are given once
    source_opening opening;
};

/// What is there to listen to, and when to look again (0: when woken).
struct sources_found {
    std::vector<port_candidate> ports;
    std::chrono::milliseconds look_again{0};
};

struct wanted_port {
    std::string name;
    std::uint32_t port = 0; // as ports.add numbered it
};

class input_connections {
public:
    static constexpr std::chrono::milliseconds retry_min{250};
    static constexpr std::chrono::milliseconds retry_max{1000};
    // After a port went: one of its name may be there already, its notice handled with the other.
    static constexpr std::chrono::milliseconds return_step{10};

    // A port that falls silent again and again is named no more often.
    static constexpr std::int64_t silence_told_ns = 10'000'000'000;

    // jackd brings a connection into its graph, or out of it, in the next period; where a client
    // does not run, after its time-out: 500 ms, unless set by -t.
    static constexpr input_backend::watching usual{};
    static constexpr input_backend::watching after_attach{.times = 4};
    static constexpr input_backend::watching after_release{.limit = std::chrono::milliseconds(700)};
    static constexpr input_backend::watching one_by_one{.limit = std::chrono::milliseconds(300),
                                                        .settling = std::chrono::milliseconds(600)};
    // Others are not heard meanwhile.
    static constexpr input_backend::watching after_retry{
        .limit = std::chrono::milliseconds(100), .settling = std::chrono::milliseconds(600)};

    input_connections(source_settings settings, tactus::logger log, event_receiver& into);

    sources_found look();
    /// The numbers of those that are attached now.
    std::vector<std::uint32_t> listen(const std::vector<wanted_port>& wanted_ports);
    /// Where active sensing says that a source has gone, what it left sounding is ended, and the
    /// log says so. When to call it again; sensing_watch::never_ns: when the receiver says that
    /// active sensing has begun.
    std::int64_t end_silent();
    /// How often something was attached to, since the start.
    std::uint32_t times_attached() const noexcept { return times_attached_; }
    void close() noexcept;

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
    std::vector<std::unique_ptr<attached>> attached_; // before the system: that is gone first
    std::unique_ptr<input_backend> system_;
    std::uint32_t times_attached_ = 0;
    suspended_ports suspended_;
    std::vector<std::string> suspects_; // let go of, and we have not run since
    bool is_one_by_one_ = false;        // until all are attached to, or suspended
    bool must_retry_ = false;           // an attempt to attach has failed
    std::chrono::milliseconds retry_ = retry_min;
    std::string complaint_; // what was said last, so as not to say it again
    std::string hint_;      // the port that was named last as the one probably meant
};

} // namespace midi
