// SPDX-License-Identifier: MIT
// Plugins that are asked for the ports they know, on a real loop and a worker's thread.
#include "kernel/daemon/checks/discovery.hpp"

#include "tests/support/catch.hpp"

#include <tactus/iface/discover.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace tactus::daemon {
namespace {

using visitor = void (*)(void*, tactus_str, tactus_str, tactus_str) TACTUS_NOEXCEPT;

// What the plugin of this test does, and what was done to it.
struct plan {
    std::function<tactus_status(visitor visit, void* arg)> list;
    bool refuses = false;      // to be created
    bool is_too_short = false; // its table
    std::vector<std::string> calls;
    std::thread::id listed_on;
};
// Set by each case; read also on the worker of a case that has left its hanging plugin behind.
std::atomic<plan*> present = nullptr;

tactus_str str(const std::string& text) {
    return {text.data(), text.size()};
}

tactus_status list_ports(tactus_plugin*, visitor visit, void* arg) noexcept {
    plan& here = *present;
    here.listed_on = std::this_thread::get_id();
    return here.list(visit, arg);
}
tactus_status configure(tactus_plugin*, const tactus_config*) noexcept {
    present.load()->calls.emplace_back("configure");
    return TACTUS_OK;
}
tactus_status start(tactus_plugin*) noexcept {
    present.load()->calls.emplace_back("start");
    return TACTUS_OK;
}
void stop(tactus_plugin*) noexcept {
    present.load()->calls.emplace_back("stop");
}
void destroy(tactus_plugin*) noexcept {
    present.load()->calls.emplace_back("destroy");
}
const void* get_interface(tactus_plugin*, const char* id) noexcept {
    static constexpr tactus_discover_0 discover{sizeof(tactus_discover_0), 0, &list_ports};
    static constexpr tactus_discover_0 too_short{8, 0, &list_ports};
    if (!present.load()->list || std::string(id) != TACTUS_DISCOVER_0) {
        return nullptr;
    }
    return present.load()->is_too_short ? &too_short : &discover;
}
tactus_plugin* create(const char*, const tactus_host* host) noexcept {
    static tactus_plugin plugin{
        sizeof(tactus_plugin), 0, nullptr, &configure, &start, &stop, &destroy, &get_interface};
    if (present.load()->refuses) {
        host->set_error(host, TACTUS_E_INVALID, {}, {"It is Sunday.", 13});
        return nullptr;
    }
    present.load()->calls.emplace_back("create");
    return &plugin;
}

constexpr tactus_descriptor descriptor = {sizeof(tactus_descriptor),
                                          TACTUS_KIND_OUTPUT,
                                          "seeker",
                                          "midi",
                                          "1",
                                          "tests",
                                          "MIT",
                                          "Looks for ports.",
                                          nullptr,
                                          nullptr,
                                          0,
                                          sizeof(tactus_option)};
constexpr const tactus_descriptor* descriptors[] = {&descriptor};
constexpr tactus_entry entry = {sizeof(tactus_entry), TACTUS_ABI_MINOR, "test", 1, 0,
                                descriptors,          &create};

const host::found_plugin seeker{&entry, &descriptor, "seeker.tactus.so"};

std::unique_ptr<discovery> make() {
    auto made = discovery::make();
    REQUIRE(made.has_value());
    return std::move(*made);
}

// Plans are where the plugin finds them.
struct planned : plan {
    explicit planned(std::function<tactus_status(visitor, void*)> what) {
        list = std::move(what);
        present = this;
    }
};

TEST_CASE("ports and missing systems are listed in the plugin's order") {
    const planned does([](visitor visit, void* arg) {
        visit(arg, str("ALSA"), str("Synth 1"), {});
        visit(arg, str("JACK"), {}, str("no server"));
        return TACTUS_OK;
    });
    const auto found = make()->list(seeker);
    REQUIRE(found.has_value());
    REQUIRE(found->size() == 2);
    REQUIRE((*found)[0].system == "ALSA");
    REQUIRE((*found)[0].name == "Synth 1");
    REQUIRE((*found)[0].note.empty());
    REQUIRE((*found)[1].name.empty());
    REQUIRE((*found)[1].note == "no server");
}

TEST_CASE("a plugin is asked on a thread of its own, neither configured nor started") {
    const planned does([](visitor, void*) { return TACTUS_OK; });
    REQUIRE(make()->list(seeker)->empty());
    REQUIRE(does.calls == std::vector<std::string>{"create", "destroy"});
    REQUIRE(does.listed_on != std::this_thread::get_id());
}

TEST_CASE("a plugin that looks for nothing is created and destroyed, no more") {
    const planned does(nullptr);
    const auto found = make()->list(seeker);
    REQUIRE(found.has_value());
    REQUIRE(found->empty());
    REQUIRE(does.calls == std::vector<std::string>{"create", "destroy"});
}

TEST_CASE("a plugin whose table of functions is not whole is not asked") {
    planned does([](visitor, void*) { return TACTUS_OK; });
    does.is_too_short = true;
    const auto found = make()->list(seeker);
    REQUIRE_FALSE(found.has_value());
    REQUIRE(found.error().text ==
            "The tactus.discover/0 of seeker is too short, or lacks a function.");
    REQUIRE(does.calls == std::vector<std::string>{"create", "destroy"});
}

TEST_CASE("a plugin that cannot be created says why") {
    planned does([](visitor, void*) { return TACTUS_OK; });
    does.refuses = true;
    const auto found = make()->list(seeker);
    REQUIRE_FALSE(found.has_value());
    REQUIRE(found.error().text == "It is Sunday.");
}

TEST_CASE("a plugin that fails is an error, and the next one is asked all the same") {
    const auto asks = make();
    const planned fails([](visitor visit, void* arg) {
        visit(arg, str("ALSA"), str("half a list"), {});
        return TACTUS_E_IO;
    });
    const auto failed = asks->list(seeker);
    REQUIRE_FALSE(failed.has_value());
    REQUIRE(failed.error().text == "The plugin seeker could not list its ports.");
    const planned works([](visitor visit, void* arg) {
        visit(arg, str("ALSA"), str("Synth"), {});
        return TACTUS_OK;
    });
    REQUIRE(asks->list(seeker)->size() == 1);
}

TEST_CASE("what comes after the limit of ports is left out") {
    const planned does([](visitor visit, void* arg) {
        for (std::size_t i = 0; i < discovery::ports_max + 10; ++i) {
            visit(arg, str("ALSA"), str("port " + std::to_string(i)), {});
        }
        return TACTUS_OK;
    });
    REQUIRE(make()->list(seeker)->size() == discovery::ports_max);
}

TEST_CASE("a plugin that hangs is left behind, and the next one is asked all the same") {
    static std::atomic<bool> may_return{false};
    static discovery* const asks = make().release(); // never ends, as its thread
    static const planned hangs([](visitor, void*) {
        while (!may_return) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return TACTUS_OK;
    });
    const auto found = asks->list(seeker, 20'000'000);
    REQUIRE_FALSE(found.has_value());
    REQUIRE(found.error().text ==
            "The plugin seeker did not answer within 20 ms; its ports are unknown.");
    REQUIRE(asks->has_quarantine());
    may_return = true;
    const planned works([](visitor, void*) { return TACTUS_OK; });
    REQUIRE(asks->list(seeker).has_value());
}

} // namespace
} // namespace tactus::daemon
