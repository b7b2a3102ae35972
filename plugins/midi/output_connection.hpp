// SPDX-License-Identifier: MIT
// Keeps an output attached to the port that its options name, while ports come and go. Each check()
// is one step; the loop's side (midi_out.cpp) decides by its report when the next is due, or is
// woken.
//
//   no system --open--> detached --the port is there--> attached --> the port went: detached
//      ^                                                 |  ^  JACK does not move: frozen
//      +--closed-- closing <--- the system is lost ------+--+
//
// Threads: work and out, thus one at a time. No call hangs if a JACK server has died.
#pragma once

#include "output_backend.hpp"
#include "port_choice.hpp"
#include "port_complaints.hpp"
#include "port_options.hpp"
#include "retry_wait.hpp"
#include "wire_pace.hpp"

#include <tactus/cpp/logger.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace midi {

struct connection_settings {
    port_selector port; // empty if virtual_port is set
    ambiguity where_several = ambiguity::wait;
    std::string virtual_port;
    std::string client;      // at ALSA
    std::string jack_client; // at JACK, where names are fixed at opening
    std::string own_name;    // of our end of a connection to `port`
    api_choice api = api_choice::automatic;
    bool is_exclusive = false; // ALSA: through raw MIDI
    bool has_running_status = false;
};

struct connection_report {
    bool is_up = false;
    std::uint32_t attached = 0;              // how often, since the start
    std::string name;                        // of the attached port
    std::chrono::milliseconds look_again{0}; // call check() then; 0: when woken
    std::chrono::nanoseconds lookahead{0};   // see output_backend
};

class output_connection {
public:
    static constexpr std::chrono::milliseconds closing_step{50};
    // After a port went: a new port of its name may exist already, announced with the loss.
    static constexpr std::chrono::milliseconds return_step{10};

    output_connection(connection_settings settings, tactus::logger log,
                      const backend_services& services);

    connection_report check();
    /// TACTUS_E_CLOSED: not attached. TACTUS_E_AGAIN: no room now. TACTUS_E_IO: logged.
    tactus_status send(std::span<const std::uint8_t> bytes, std::int64_t due_ns) noexcept;
    /// How many bytes of a SysEx of that size can go together.
    part_limits limits_of(std::size_t size) noexcept;
    /// See output_backend.
    void flush() noexcept;
    std::chrono::nanoseconds lookahead() const noexcept {
        return system_ != nullptr ? system_->lookahead() : std::chrono::nanoseconds(0);
    }
    std::chrono::nanoseconds period() const noexcept {
        return system_ != nullptr ? system_->period() : std::chrono::nanoseconds(0);
    }
    /// Returns whether all that was sent has left. Blocks: some periods of JACK; a second if its
    /// server has just died; as long as it is stopped; 800 ms for a slow device at ALSA.
    [[nodiscard]] bool close() noexcept;

private:
    bool open();
    bool drop_lost();
    void follow_port();
    void say_why_none(const std::vector<std::string>& names, const std::vector<port_candidate>& all,
                      const std::vector<std::size_t>& found);
    void attach(const std::string& port);
    connection_report report();
    connection_report offline(std::chrono::milliseconds look_again) const;

    connection_settings settings_;
    port_choice choice_;
    tactus::logger log_;
    backend_services services_;
    std::unique_ptr<output_backend> system_;
    std::string attached_;    // the port's name; empty if none
    bool has_let_go_ = false; // the port went during this check()
    std::uint32_t times_attached_ = 0;
    retry_wait retry_;
    port_complaints complaints_;
};

} // namespace midi
