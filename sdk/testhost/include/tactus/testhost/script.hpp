// SPDX-License-Identifier: MIT
// The script of a test_host: how it answers the calls of its plugin, and in which order it makes
// its own. A test sets the members. The network has a script of its own: network.hpp.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include <tactus/tactus.h>
#include <tactus/testhost/breaches.hpp>

namespace tactus::testing {

/// The answers to the plugin's calls.
class answer_script {
public:
    using answer = std::function<tactus_status(std::string_view call, std::uint64_t number)>;

    // A call by its name ("udp.open") answers this in place of working.
    std::map<std::string, tactus_status> failing;
    // Asked at each call that can fail, on the thread that calls, one at a time: its name, and how
    // many were made before. TACTUS_OK lets it work. A call that starts an op and is refused has no
    // `done`. Once the plugin may have threads, set it by refuse_by().
    answer refuse;
    void refuse_by(answer by);
    std::uint64_t calls = 0; // made so far, of those that can fail
    std::set<std::string> missing_interfaces;
    std::size_t posts_max = TACTUS_POSTS_MAX;

    /// The status of this call, which is counted. From any thread; for the host.
    tactus_status answer_to(const char* call);
    /// Writes a breach down for each call in `failing` that there is not.
    void find_unknown_calls(breach_list& to) const;

private:
    std::mutex mutex_; // guards calls, and refuse while it is asked
};

/// The calls into the plugin: their order, and the patience with its threads.
class turn_script {
public:
    // Called on [loop] before each call into the plugin, with its name ("send", "done of timer", "a
    // posted function"), and after it with nullptr.
    std::function<void(const char* call)> calling;
    bool is_work_held = false;
    // Of real time.
    std::chrono::milliseconds work_patience{2000};
    std::chrono::milliseconds stop_patience{5000};
    bool completes_newest_first = false;
    // Asked which of the n >= 1 ops that can end now ends next, if it is set.
    std::function<std::size_t(std::size_t n)> choose;

    /// Calls the plugin, or any function, as `calling` shall see it.
    template <class Call>
    auto call_plugin(const char* name, Call call) {
        const mark around(*this, name);
        return call();
    }

private:
    class mark {
    public:
        mark(turn_script& script, const char* name) : script_(script) { tell(name); }
        mark(const mark&) = delete;
        mark& operator=(const mark&) = delete;
        ~mark() { tell(nullptr); }

    private:
        void tell(const char* name) const {
            if (script_.calling) {
                script_.calling(name);
            }
        }
        turn_script& script_;
    };
};

} // namespace tactus::testing
