// SPDX-License-Identifier: MIT
// A plugin inside the test program that does what the test says, call by call, and writes down how
// it was called. It speaks the C ABI, as a stranger's would: for tests of kernel/host. Not a fake
// host: that is test_host.hpp. Threads: loop, but for send of an output that may block.
#pragma once

#include <tactus/tactus.h>

#include <functional>
#include <string>
#include <vector>

namespace tactus::testing {

// What it does; left empty, a call succeeds, and stop says stopped. Must outlive the instances.
struct script {
    std::function<bool()> on_create;
    std::function<tactus_status(const tactus_host*)> on_configure;
    std::function<tactus_status(const tactus_host*)> on_start;
    std::function<void(const tactus_host*)> on_stop;
    std::function<void()> on_destroy;
    std::function<tactus_status(const tactus_batch&, std::uint32_t& accepted)> on_send;
    std::int64_t ahead_ns = 0;
    tactus_output_0 output{sizeof(tactus_output_0),
                           0,
                           1U << TACTUS_PROTO_OSC | 1U << TACTUS_PROTO_MIDI,
                           0,
                           nullptr,
                           nullptr,
                           nullptr,
                           nullptr,
                           nullptr};
    std::function<tactus_status(const std::string& name)> on_want_port;
    const tactus_outcome_0* outcome = nullptr;

    const tactus_host* host = nullptr; // of the latest instance
    std::vector<std::string> calls;    // on the loop
    int alive = 0;                     // created and not yet destroyed

    [[nodiscard]] int count(const std::string& call) const {
        int n = 0;
        for (const std::string& each : calls) {
            n += each == call ? 1 : 0;
        }
        return n;
    }
};

namespace detail {

struct scripted {
    tactus_plugin raw{};
    const tactus_host* host = nullptr;
    script* plays = nullptr;

    static scripted& of(tactus_plugin* plugin) { return *reinterpret_cast<scripted*>(plugin); }
};

inline script*& present_script() {
    static script* present = nullptr;
    return present;
}

inline tactus_status configure(tactus_plugin* plugin, const tactus_config*) noexcept {
    const scripted& self = scripted::of(plugin);
    self.plays->calls.emplace_back("configure");
    return self.plays->on_configure ? self.plays->on_configure(self.host) : TACTUS_OK;
}
inline tactus_status start(tactus_plugin* plugin) noexcept {
    const scripted& self = scripted::of(plugin);
    self.plays->calls.emplace_back("start");
    return self.plays->on_start ? self.plays->on_start(self.host) : TACTUS_OK;
}
inline void stop(tactus_plugin* plugin) noexcept {
    const scripted& self = scripted::of(plugin);
    self.plays->calls.emplace_back("stop");
    if (self.plays->on_stop) {
        self.plays->on_stop(self.host);
    } else {
        self.host->stopped(self.host, TACTUS_OK);
    }
}
inline void destroy(tactus_plugin* plugin) noexcept {
    scripted& self = scripted::of(plugin);
    self.plays->calls.emplace_back("destroy");
    --self.plays->alive;
    if (self.plays->on_destroy) {
        self.plays->on_destroy();
    }
    delete &self;
}
inline tactus_status send(tactus_plugin* plugin, const tactus_batch* batch,
                          std::uint32_t* accepted) noexcept {
    const scripted& self = scripted::of(plugin);
    *accepted = batch->count;
    return self.plays->on_send ? self.plays->on_send(*batch, *accepted) : TACTUS_OK;
}
inline std::int64_t ahead_ns(tactus_plugin* plugin) noexcept {
    return scripted::of(plugin).plays->ahead_ns;
}
inline tactus_status want_port(tactus_plugin* plugin, tactus_str name) noexcept {
    return scripted::of(plugin).plays->on_want_port(std::string(name.ptr, name.len));
}
inline const void* get_interface(tactus_plugin* plugin, const char* id) noexcept {
    script& plays = *scripted::of(plugin).plays;
    if (std::string(id) == TACTUS_OUTCOME_0) {
        return plays.outcome;
    }
    if (std::string(id) != TACTUS_OUTPUT_0 || plays.output.protocols == 0) {
        return nullptr;
    }
    plays.output.send = &send;
    plays.output.ahead_ns = &ahead_ns;
    plays.output.want_port = plays.on_want_port ? &want_port : nullptr;
    return &plays.output;
}
inline tactus_plugin* create(const char*, const tactus_host* host) noexcept {
    script& plays = *present_script();
    plays.calls.emplace_back("create");
    plays.host = host;
    if (plays.on_create && !plays.on_create()) {
        return nullptr;
    }
    auto* made = new scripted;
    made->host = host;
    made->plays = &plays;
    made->raw = {sizeof(tactus_plugin), 0, nullptr, &configure, &start, &stop, &destroy,
                 &get_interface};
    ++plays.alive;
    return &made->raw;
}

inline constexpr tactus_descriptor descriptor = {sizeof(tactus_descriptor),
                                                 TACTUS_KIND_INPUT | TACTUS_KIND_OUTPUT,
                                                 "scripted",
                                                 "scripted",
                                                 "1.0",
                                                 "tests",
                                                 "MIT",
                                                 "Does what a test says.",
                                                 nullptr,
                                                 nullptr,
                                                 0,
                                                 sizeof(tactus_option)};
inline constexpr const tactus_descriptor* descriptors[] = {&descriptor};
inline constexpr tactus_entry entry = {sizeof(tactus_entry), TACTUS_ABI_MINOR, "test", 1, 0,
                                       descriptors,          &create};

} // namespace detail

// Instances created from now on play this script.
inline void play(script& plays) {
    detail::present_script() = &plays;
}
inline constexpr const tactus_entry& scripted_entry = detail::entry;
inline constexpr const tactus_descriptor& scripted_descriptor = detail::descriptor;

// An op that counts how it ends. Its address must not change while it is pending.
struct test_op {
    tactus_op raw{};
    int dones = 0;
    tactus_status status = 0;
    std::uint64_t result = 0;
    std::function<void()> then; // called inside done

    test_op() {
        raw.done = [](tactus_op* op, tactus_status ended, std::uint64_t with) noexcept {
            auto& self = *reinterpret_cast<test_op*>(op);
            ++self.dones;
            self.status = ended;
            self.result = with;
            if (self.then) {
                self.then();
            }
        };
    }
    test_op(const test_op&) = delete;
    test_op& operator=(const test_op&) = delete;
    ~test_op() = default;
    operator tactus_op*() noexcept { return &raw; }
};

inline tactus_str str(std::string_view text) {
    return {text.data(), text.size()};
}

} // namespace tactus::testing
