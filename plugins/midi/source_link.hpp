// SPDX-License-Identifier: MIT
// Keeps an input attached to all that its options name, whatever comes and goes. A round has two
// steps: look() says what is there to listen to, the loop's side (midi_in.cpp) gives each a number,
// and listen() attaches what is new and lets go of what is not named any more.
// Threads: work, thus one at a time. No call of it hangs where a JACK server has died.
#pragma once

#include "port_options.hpp"
#include "source_system.hpp"

#include <tactus/cpp/logger.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace midi {

struct source_settings {
    std::string port; // name or pattern; empty where virtual_port is set
    std::string virtual_port;
    std::string own_name; // of our ends of connections
    api_choice api = api_choice::automatic;
    source_opening opening;
};

/// What is there to listen to, by the system's names, and when to look again (0: when woken).
struct sources_found {
    std::vector<std::string> names;
    std::chrono::milliseconds look_again{0};
};

struct wish {
    std::string name;
    std::uint32_t port = 0; // as ports.add numbered it
};

class source_link {
public:
    static constexpr std::chrono::milliseconds retry_min{250};
    static constexpr std::chrono::milliseconds retry_max{1000};
    // After a port went: one of its name may be there already, its notice heeded with the other.
    static constexpr std::chrono::milliseconds return_step{10};

    source_link(source_settings settings, tactus::logger log, intake& into);

    sources_found look();
    /// The numbers of those that are attached now.
    std::vector<std::uint32_t> listen(const std::vector<wish>& wishes);
    /// How often something was attached to, since the start.
    std::uint32_t times_attached() const noexcept { return times_attached_; }
    void close() noexcept;

private:
    struct attached {
        attached(std::string port_name, std::uint32_t port)
            : name(std::move(port_name)), from(port) {}
        std::string name;
        source from;
    };

    bool open();
    void drop_lost();
    sources_found retry(std::string complaint);
    std::vector<std::string> choose(std::vector<std::string> names);
    bool is_own(const std::string& name) const;
    bool has_one_left(const std::vector<std::string>& names) const noexcept;
    void attach(const wish& wanted);
    void let_go_of_others(const std::vector<wish>& wishes);
    void complain(std::string text);

    source_settings settings_;
    tactus::logger log_;
    intake& into_;
    std::unique_ptr<source_system> system_;
    std::vector<std::unique_ptr<attached>> attached_; // before the system: it is let go of first
    std::uint32_t times_attached_ = 0;
    bool must_retry_ = false; // an attempt to attach has failed
    std::chrono::milliseconds retry_ = retry_min;
    std::string complaint_; // what was said last, so as not to say it again
};

} // namespace midi
