// SPDX-License-Identifier: MIT
#include "kernel/control/control_server.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/manual_reactor.hpp"
#include "tests/support/memory_network.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace tactus;
using namespace tactus::control;
using namespace tactus::testing;

namespace {

constexpr method some_methods[] = {{"echo"},         {"slow"},   {"broken"}, {"refused"},
                                   {"change", true}, {"stream"}, {"session"}};

// What a method attaches to its connection, and what became of it.
struct fate {
    bool has_begun = false;
    bool has_ended = false;
};
class test_attachment final : public attachment {
public:
    test_attachment(fate& mine, bool takes_output) : mine_(mine), takes_output_(takes_output) {}
    ~test_attachment() override { mine_.has_ended = true; }
    [[nodiscard]] bool takes_output() const noexcept override { return takes_output_; }
    void begin() override { mine_.has_begun = true; }

private:
    fate& mine_;
    bool takes_output_;
};

class test_methods final : public methods {
public:
    [[nodiscard]] std::span<const method> all() const noexcept override { return some_methods; }
    tactus::task<method_result> call(const method& which, const params& with,
                                     const caller& by) override {
        called.emplace_back(which.name);
        if (which.name == "slow") {
            co_await may_answer.wait();
        }
        if (which.name == "stream" || which.name == "session") {
            by.attached->push_back(
                std::make_unique<test_attachment>(attached, which.name == "stream"));
        }
        if (which.name == "broken") {
            throw std::runtime_error("it broke");
        }
        method_result answer = which.name == "refused"
                                   ? method_result(unexpected<rpc_error>({rpc_code::failed, "no"}))
                                   : method_result("\"" + with.text("say")->value_or("") + "\"");
        co_return answer;
    }

    std::vector<std::string> called;
    tactus::event may_answer;
    fate attached;
};

struct server_fixture {
    explicit server_fixture(rights granted = rights::all)
        : server(reactor, acceptor, served, granted) {
        tasks.spawn("control", server.run());
        reactor.settle();
    }
    ~server_fixture() {
        tasks.request_stop();
        reactor.settle();
    }

    memory_client connect() {
        memory_client made = acceptor.connect();
        reactor.settle();
        return made;
    }
    std::string ask(memory_client& client, std::string_view bytes) {
        client.send(bytes);
        reactor.settle();
        return client.receive();
    }
    std::string ask(std::string_view bytes) {
        memory_client client = connect();
        return ask(client, bytes);
    }

    manual_reactor reactor;
    memory_acceptor acceptor{reactor};
    test_methods served;
    control_server server;
    tactus::scope tasks{reactor.ready()};
};

std::string call(std::string_view method, int id) {
    return R"({"jsonrpc":"2.0","method":")" + std::string(method) +
           R"(","params":{"say":"x"},"id":)" + std::to_string(id) + "}\n";
}

std::string answer(int id) {
    return R"({"jsonrpc":"2.0","result":"x","id":)" + std::to_string(id) + "}\n";
}

bool has_code(std::string_view line, int code) {
    return line.find("\"error\":{\"code\":" + std::to_string(code) + ",") != std::string_view::npos;
}

} // namespace

TEST_CASE("a request is answered in one line, with its id") {
    server_fixture test;

    CHECK(test.ask(call("echo", 1)) == answer(1));
}

TEST_CASE("requests that come at once, or in pieces, are answered in their order") {
    server_fixture test;
    memory_client client = test.connect();
    const std::string third = call("echo", 3);

    CHECK(test.ask(client, call("echo", 1) + call("echo", 2) + third.substr(0, 9)) ==
          answer(1) + answer(2));
    CHECK(test.ask(client, third.substr(9)) == answer(3));
}

TEST_CASE("empty lines and notifications get no answer") {
    server_fixture test;

    CHECK(test.ask("\n \r\n{\"jsonrpc\":\"2.0\",\"method\":\"echo\"}\n").empty());
    CHECK(test.served.called == std::vector<std::string>{"echo"});
}

TEST_CASE("a method that does not exist, fails or throws is an error of its request alone") {
    server_fixture test;
    memory_client client = test.connect();

    CHECK(has_code(test.ask(client, call("none", 1)), -32601));
    CHECK(has_code(test.ask(client, call("refused", 2)), -32000));
    const std::string thrown = test.ask(client, call("broken", 3));
    CHECK(has_code(thrown, -32603));
    CHECK(thrown.find("it broke") != std::string::npos);
    CHECK(test.ask(client, call("echo", 4)) == answer(4));
}

TEST_CASE("the status socket answers no method that changes something") {
    server_fixture test(rights::status_only);

    CHECK(has_code(test.ask(call("change", 1)), -32001));
    CHECK(test.served.called.empty());
    CHECK(test.ask(call("echo", 2)) == answer(2));
}

TEST_CASE("a request that is too long is refused, and the connection ends") {
    server_fixture test;
    memory_client client = test.connect();

    const std::string refused = test.ask(client, std::string(request_size_max + 1, ' '));

    CHECK(has_code(refused, -32600));
    CHECK(client.is_closed());
}

TEST_CASE("a client that does not read its answer is closed after a while") {
    server_fixture test;
    memory_client client = test.connect();
    client.get_stuck();

    CHECK(test.ask(client, call("echo", 1)).empty());
    CHECK_FALSE(client.is_closed());
    test.reactor.advance_by(control_server::write_limit_ns);

    CHECK(client.is_closed());
    CHECK(test.server.connections() == 0);
}

TEST_CASE("a slow method does not hold up another connection") {
    server_fixture test;
    memory_client slow = test.connect();

    CHECK(test.ask(slow, call("slow", 1)).empty());
    CHECK(test.ask(call("echo", 2)) == answer(2));
    test.served.may_answer.set();
    test.reactor.settle();

    CHECK(slow.receive() == answer(1));
}

TEST_CASE("if all places are taken, the connection that was silent longest is closed") {
    server_fixture test;
    std::vector<memory_client> clients;
    for (std::size_t i = 0; i < control_server::connections_max; ++i) {
        clients.push_back(test.connect());
        test.reactor.advance_by(1'000'000);
    }
    CHECK(test.ask(clients[0], call("echo", 1)) == answer(1)); // speaks last
    CHECK(test.ask(clients[1], call("slow", 2)).empty());      // waits for its answer

    CHECK(test.ask(call("echo", 3)) == answer(3));

    CHECK_FALSE(clients[0].is_closed());
    CHECK_FALSE(clients[1].is_closed());
    CHECK(clients[2].is_closed());
    CHECK_FALSE(clients[3].is_closed());
    CHECK(test.server.connections() == control_server::connections_max);
}

TEST_CASE("what a method attaches begins after its response, and ends with the connection") {
    server_fixture test;
    memory_client client = test.connect();
    client.get_stuck();
    client.send(call("session", 1));
    test.reactor.settle();
    CHECK_FALSE(test.served.attached.has_begun);

    client.get_stuck(false);
    test.reactor.settle();
    CHECK(client.receive() == answer(1));
    CHECK(test.served.attached.has_begun);
    CHECK(test.ask(client, call("echo", 2)) == answer(2));
    CHECK_FALSE(test.served.attached.has_ended);

    client.finish();
    test.reactor.settle();
    CHECK(test.served.attached.has_ended);
}

TEST_CASE("on a connection whose output was given away, another request ends it") {
    server_fixture test;
    memory_client client = test.connect();

    CHECK(test.ask(client, call("stream", 1) + call("echo", 2)) == answer(1));

    CHECK(client.is_closed());
    CHECK(test.served.attached.has_ended);
    CHECK(test.served.called == std::vector<std::string>{"stream"});
}

TEST_CASE("a connection that only listens to a stream is not closed to make room") {
    server_fixture test;
    memory_client streaming = test.connect();
    CHECK(test.ask(streaming, call("stream", 1)) == answer(1));
    std::vector<memory_client> clients;
    for (std::size_t i = 1; i < control_server::connections_max; ++i) {
        test.reactor.advance_by(1'000'000);
        clients.push_back(test.connect());
    }

    CHECK(test.ask(call("echo", 2)) == answer(2));

    CHECK_FALSE(streaming.is_closed());
    CHECK(clients[0].is_closed());
}

TEST_CASE("a failed accept is tried again after a pause") {
    server_fixture test;

    test.acceptor.fail_next(error_kind::io);
    test.reactor.settle();
    memory_client client = test.connect();
    CHECK(test.ask(client, call("echo", 1)).empty());
    test.reactor.advance_by(control_server::accept_pause_ns);

    CHECK(client.receive() == answer(1));
}

TEST_CASE("a client that ends its side is answered, then closed") {
    server_fixture test;
    memory_client client = test.connect();

    client.send(call("echo", 1));
    client.finish();
    test.reactor.settle();

    CHECK(client.receive() == answer(1));
    CHECK(client.is_closed());
}

TEST_CASE("a request that is read after it has expired changes nothing, and may still ask") {
    server_fixture control;
    const auto at = [&](std::string_view method, double s) {
        const double when_s = static_cast<double>(control.reactor.now_ns()) / 1e9 + s;
        return R"({"jsonrpc":"2.0","expires":)" + std::to_string(when_s) + R"(,"method":")" +
               std::string(method) + R"(","params":{"say":"x"},"id":1})" + "\n";
    };

    CHECK(control.ask(at("change", 0.5)) == answer(1));
    CHECK(has_code(control.ask(at("change", -0.5)), -32002));
    CHECK(control.ask(at("echo", -0.5)) == answer(1));
    CHECK(control.served.called == std::vector<std::string>{"change", "echo"});
}
