// SPDX-License-Identifier: MIT
// Drives one plugin instance through its life against a test_host, and destroys it in the right
// order. The plugin comes from an entry in the test itself, or from a built .tactus.so.
//
//   tactus::testing::test_instance made(tactus::testing::load_entry(FILE), "org.example.mine");
//   made.config.set("port", "9000");
//   made.start();
//   ...
//   made.end(); // its breaches, and all that it left behind: empty if it is sound
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tactus/testhost/config.hpp>
#include <tactus/testhost/host.hpp>
#include <tactus/testhost/resources.hpp>

namespace tactus::testing {

/// The entry of a built plugin; the image stays loaded, as in the daemon. Throws std::runtime_error
/// with the system's reason where there is none.
const tactus_entry& load_entry(const char* path);

/// The answer of an output's send.
struct send_answer {
    tactus_status status;
    std::uint32_t accepted; // 0xffffffff if it was not set
};

/// Calls that cannot be made (send() to an input, or before start(); start() or end() twice) throw
/// std::logic_error.
class test_instance {
public:
    /// Creates it; `prepare` gets the host before. Throws std::invalid_argument where the entry has
    /// no such id, and std::runtime_error with the plugin's reason where create() returns NULL.
    test_instance(const tactus_entry& entry, std::string_view id, std::string name = "test",
                  const std::function<void(test_host&)>& prepare = nullptr);
    test_instance(const test_instance&) = delete;
    test_instance& operator=(const test_instance&) = delete;
    /// As end() where that was not called. Breaches that the host did not have before are printed,
    /// and ends the program by abort().
    ~test_instance();

    tactus_plugin* plugin() const { return plugin_; }
    const tactus_descriptor& descriptor() const { return descriptor_; }
    bool is_running() const { return host.is_started && !host.stopped.has_value(); }

    tactus_status configure();
    /// configure and start, with the questions that the daemon asks in between (ahead_ns, wants);
    /// then all that is owed.
    tactus_status start();
    tactus_status start_only();
    /// Asks it to stop and makes all calls that are owed; see test_host::await_stopped.
    /// host.stopped tells whether it has.
    void stop();
    /// Stops it where that was not done, and destroys it; plugin() is invalid then. Returns its
    /// breaches of the contract and all that it left behind: ops; descriptors and threads too,
    /// unless another instance lived at the same time.
    std::vector<std::string> end();

    /// Its table, or nullptr where it has none of that name.
    template <class Table>
    const Table* interface(const char* id) const {
        return static_cast<const Table*>(plugin_->get_interface(plugin_, id));
    }

    /// An output is handed events that are due, on the thread that its flags demand.
    send_answer send(std::span<const tactus_event> events);
    /// One event; on this thread, whatever its flags are.
    tactus_status send_one(std::uint16_t protocol, std::span<const std::uint8_t> bytes,
                           std::uint32_t port, std::uint16_t flags = 0);

    test_host host;
    /// A library that the plugin uses may keep descriptors or threads for good.
    bool may_leave_resources = false;

private:
    void ask_before_start();
    /// Throw std::logic_error.
    void require_alive(const char* call) const;
    const tactus_output_0& output_to_send() const;
    static const tactus_descriptor& find(const tactus_entry& entry, std::string_view id);

    const tactus_descriptor& descriptor_;
    /// Whether no other instance lived while this one did, whose descriptors would be counted here.
    bool was_alone() const { return began_alone_ && made_ == number_; }

    static inline std::uint64_t made_ = 0;
    static inline int alive_ = 0;

    resources before_ = resources::now();
    bool began_alone_ = alive_ == 0;
    std::uint64_t number_ = 0;
    tactus_plugin* plugin_ = nullptr;
    bool is_stop_asked_ = false;

public:
    test_config config; // by the descriptor's table
};

} // namespace tactus::testing
