// SPDX-License-Identifier: MIT
// No exception of a plugin reaches the host, from whichever function it is thrown.
#include "tests/sdk/context/probe.hpp"

using namespace tactus;
using namespace tactus::testing;

namespace {

enum class throwing { nothing, constructor, check, ahead, flush, send, list, odd };

class hostile {
public:
    struct config {
        throwing where = throwing::nothing;
    };
    static constexpr const char* const words[] = {
        "nothing", "constructor", "check", "ahead", "flush", "send", "list", "odd", nullptr};
    static constexpr plugin_info info{"hostile", "hostile", "1", "test", "MIT", "Throws."};
    static constexpr auto options = tactus::options(
        option(&config::where, "where", "\"nothing\"", "Where to throw.").choices(words));
    static constexpr std::uint32_t protocols = protocol_bit(TACTUS_PROTO_OSC);

    explicit hostile(config settings) : where_(settings.where) {
        if (where_ == throwing::constructor) {
            throw std::bad_alloc();
        }
        if (where_ == throwing::odd) {
            throw 42;
        }
    }
    static void check(const config& settings) {
        if (settings.where == throwing::check) {
            throw config_error("where", "one must not throw here.");
        }
    }
    send_result send(batch_view batch) {
        if (where_ == throwing::send) {
            throw failure(TACTUS_E_CLOSED, "no room.");
        }
        return send_result::all(batch);
    }
    std::chrono::milliseconds ahead() const {
        if (where_ == throwing::ahead) {
            throw std::runtime_error("no time.");
        }
        return std::chrono::milliseconds(3);
    }
    void flush(std::uint32_t) {
        if (where_ == throwing::flush) {
            throw std::runtime_error("no flush.");
        }
    }
    static void list_ports(const port_visitor& visit) {
        visit.found("OSC", "one");
        visit.missing("JACK", "not running");
        throw failure(TACTUS_E_IO, "no more.");
    }

private:
    throwing where_;
};

constexpr tactus_entry entry = detail::entry_of<hostile>();

class hostile_instance : public test_instance {
public:
    explicit hostile_instance(const char* where) : test_instance(entry, "hostile") {
        config.set("where", where);
    }
};

} // namespace

TEST_CASE("a config_error names its key") {
    hostile_instance made("check");

    CHECK(made.configure() == TACTUS_E_CONFIG);

    CHECK(made.host.error_key == "where");
    CHECK(made.host.error_text == "one must not throw here.");
}

TEST_CASE("a constructor without memory is a status") {
    hostile_instance made("constructor");

    CHECK(made.configure() == TACTUS_E_NOMEM);
    CHECK(made.host.error_text == "the constructor threw: bad_alloc, as it found no memory");
}

TEST_CASE("what is thrown and is no std::exception is a status and a text") {
    hostile_instance made("odd");

    CHECK(made.configure() == TACTUS_E_INTERNAL);
    CHECK(made.host.error_text == "the constructor threw: an exception of unknown type");
}

TEST_CASE("a host that breaks its word on a value is a config error of that key") {
    hostile_instance made("nothing");
    made.config.fail_getters(TACTUS_E_INTERNAL);

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "where");
}

TEST_CASE("configure can be tried again after it failed") {
    hostile_instance made("check");
    made.configure();

    made.config.set("where", "nothing");

    CHECK(made.start() == TACTUS_OK);
    CHECK(made.is_running());
}

TEST_CASE("an ahead that throws is zero, and refuses the start") {
    hostile_instance throwing("ahead");
    hostile_instance calm("nothing");
    throwing.configure();
    calm.configure();
    const auto* output = calm.interface<tactus_output_0>(TACTUS_OUTPUT_0);

    CHECK(output->ahead_ns(throwing.plugin()) == 0);
    CHECK(output->ahead_ns(calm.plugin()) == 3'000'000);

    CHECK(throwing.start_only() == TACTUS_E_INTERNAL);
    CHECK(throwing.host.error_text == "ahead threw: no time.");
    CHECK(calm.start_only() == TACTUS_OK);
}

TEST_CASE("a flush that throws ends the instance, with its text") {
    hostile_instance made("flush");
    made.start();

    made.interface<tactus_output_0>(TACTUS_OUTPUT_0)->flush(made.plugin(), 0);
    made.host.settle();

    CHECK(made.host.stopped == TACTUS_E_INTERNAL);
    CHECK(made.host.error_text == "flush threw: no flush.");
    CHECK(made.host.breaches.empty());
}

TEST_CASE("a send that throws takes nothing, and is not called again") {
    hostile_instance made("send");
    made.start();
    const auto* output = made.interface<tactus_output_0>(TACTUS_OUTPUT_0);
    const tactus_event events[2]{};
    const tactus_batch batch{sizeof(tactus_batch), 2, sizeof(tactus_event), 0, events};
    std::uint32_t accepted = 99;

    CHECK(output->send(made.plugin(), &batch, &accepted) == TACTUS_E_INTERNAL);
    CHECK(accepted == 0);
    CHECK(output->send(made.plugin(), &batch, &accepted) == TACTUS_E_INTERNAL);
    made.host.settle();

    CHECK(made.host.stopped == TACTUS_E_CLOSED);
    CHECK(made.host.error_text == "send threw: no room.");
    CHECK(made.host.log.empty()); // it threw once
    CHECK(made.host.breaches.empty());
}

TEST_CASE("what throws while the instance is stopped is logged: the host asks for no reason") {
    hostile_instance made("flush");
    made.start();
    made.plugin()->stop(made.plugin());

    made.interface<tactus_output_0>(TACTUS_OUTPUT_0)->flush(made.plugin(), 0);
    made.host.settle();

    CHECK(made.host.stopped.has_value());
    CHECK(made.host.log == std::vector<std::string>{"flush threw: no flush."});
}

TEST_CASE("a callback that throws comes before what run then throws, and both are said") {
    probe_instance made([](context& here) -> task<> {
        auto bad = [] { throw std::runtime_error("the first."); };
        static_cast<void>(here.post(bad));
        co_await here.until_stop();
        throw std::runtime_error("the second.");
    });

    made.start();

    CHECK(made.host.stopped == TACTUS_E_INTERNAL);
    CHECK(made.host.error_text == "a posted call threw: the first.");
    CHECK(made.host.log == std::vector<std::string>{"run threw: the second."});
}

TEST_CASE("a discovery that throws keeps what it found, and says why it found no more") {
    hostile_instance made("nothing");
    std::vector<std::string> found;
    const auto visit = [](void* to, tactus_str system, tactus_str name, tactus_str note) noexcept {
        static_cast<std::vector<std::string>*>(to)->push_back(std::string(to_view(system)) + "/" +
                                                              std::string(to_view(name)) + "/" +
                                                              std::string(to_view(note)));
    };

    const auto* discover = made.interface<tactus_discover_0>(TACTUS_DISCOVER_0);

    CHECK(discover->list(made.plugin(), visit, &found) == TACTUS_OK);
    CHECK(found == std::vector<std::string>{"OSC/one/", "JACK//not running",
                                            "hostile//list_ports threw: no more."});
    CHECK(made.host.error_text.empty()); // off its loop the host is told nothing
}

TEST_CASE("failures with a status that is none are faults of the plugin") {
    probe_instance made([](context&) -> task<> {
        throw failure(TACTUS_OK, "all is well.");
        co_return;
    });

    CHECK(made.start() == TACTUS_E_INTERNAL);
}
