// SPDX-License-Identifier: MIT
// Which of the ports that JACK lists can be attached to, according to JACK's notifications. The
// list alone is not enough. When a client closes in good order, jackd2 1.9.21 reports that its
// ports go while it still lists them, for a period or two, and reports nothing when they have gone.
// A port that was closed and opened again between two checks is listed as before, often with the
// same number, but its connections are gone. This class stores only the differences from JACK's
// list.
//   a port:   there --reported to go--> leaving --reported as new, or not listed--> forgotten
//   a tie:    held --its port reported to go--> left --untie--> forgotten
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace midi {

class jack_ports {
public:
    /// At most this many notices between two checks; after more, every tie is taken to have left.
    static constexpr std::size_t notices_max = 1024;

    /// libjack's handle of a port: the same for the same number.
    using handle = const void*;

    jack_ports() { told_.reserve(notices_max); }

    /// Threads: any.
    void tell(std::uint32_t number, bool is_there) noexcept;

    // All other functions are the worker's.

    /// Handles all notices since the last check. `handle_of` maps a number to libjack's handle.
    template <class HandleOf>
    void handle_notices(HandleOf handle_of) {
        bool is_too_much = false;
        for (const notice& each : take_told(is_too_much)) {
            heed(handle_of(each.number), each.is_there);
        }
        if (is_too_much) {
            lose_all();
        }
    }

    /// Returns the ports of `listed`, in their order, that can be attached to: neither a port that
    /// is about to go, nor one with the name of a tie whose port has left, which must be untied
    /// first.
    template <class HandleOf>
    std::vector<std::string> attachable(std::vector<std::string> listed, HandleOf handle_of) {
        std::vector<handle> handles;
        std::erase_if(listed, [&](const std::string& name) {
            handles.push_back(handle_of(name));
            return is_leaving(handles.back()) || has_left(name);
        });
        keep_leaving(handles);
        return listed;
    }

    /// Call it before the connection is made: a notice of its end could be missed otherwise.
    void tie(const std::string& name, handle port) { ties_.push_back({name, port, false}); }
    void untie(std::string_view name) noexcept;
    bool has_left(std::string_view name) const noexcept;

private:
    struct notice {
        std::uint32_t number;
        bool is_there;
    };
    struct tied {
        std::string name;
        handle port;
        bool has_left;
    };

    std::vector<notice> take_told(bool& is_too_much);
    void heed(handle port, bool is_there);
    void lose_all() noexcept;
    bool is_leaving(handle port) const noexcept;
    void keep_leaving(const std::vector<handle>& listed) noexcept;

    std::mutex mutex_; // guards the two members below
    std::vector<notice> told_;
    bool has_missed_ = false;
    std::vector<handle> leaving_; // bounds: ports that are listed
    std::vector<tied> ties_;
};

inline void jack_ports::tell(std::uint32_t number, bool is_there) noexcept {
    const std::lock_guard lock(mutex_);
    if (told_.size() == notices_max) {
        has_missed_ = true;
    } else {
        told_.push_back({number, is_there}); // within the reserved capacity
    }
}

inline std::vector<jack_ports::notice> jack_ports::take_told(bool& is_too_much) {
    const std::lock_guard lock(mutex_);
    std::vector<notice> taken = told_;
    told_.clear(); // keeps the reserved capacity
    is_too_much = std::exchange(has_missed_, false);
    return taken;
}

inline void jack_ports::heed(handle port, bool is_there) {
    std::erase(leaving_, port);
    if (is_there) {
        return;
    }
    leaving_.push_back(port);
    for (tied& each : ties_) {
        each.has_left = each.has_left || each.port == port;
    }
}

// The state of the listed ports is unknown; JACK refuses a connection to one that is about to go.
inline void jack_ports::lose_all() noexcept {
    leaving_.clear();
    for (tied& each : ties_) {
        each.has_left = true;
    }
}

inline void jack_ports::untie(std::string_view name) noexcept {
    std::erase_if(ties_, [name](const tied& each) { return each.name == name; });
}

inline bool jack_ports::has_left(std::string_view name) const noexcept {
    return std::any_of(ties_.begin(), ties_.end(),
                       [name](const tied& each) { return each.has_left && each.name == name; });
}

inline bool jack_ports::is_leaving(handle port) const noexcept {
    return std::find(leaving_.begin(), leaving_.end(), port) != leaving_.end();
}

inline void jack_ports::keep_leaving(const std::vector<handle>& listed) noexcept {
    std::erase_if(leaving_, [&](handle port) {
        return std::find(listed.begin(), listed.end(), port) == listed.end();
    });
}

} // namespace midi
