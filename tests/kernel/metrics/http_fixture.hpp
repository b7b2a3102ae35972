// SPDX-License-Identifier: MIT
// An HTTP server in memory and virtual time, with three pages: /echo tells its path, /slow answers
// when the test lets it, /broken throws.
#pragma once

#include "kernel/metrics/http_server.hpp"
#include "tests/support/manual_reactor.hpp"
#include "tests/support/memory_network.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace tactus::testing {

class three_pages final : public metrics::endpoints {
public:
    tactus::task<metrics::response> get(std::string path) override {
        if (path == "/slow") {
            co_await may_answer.wait();
        }
        if (path == "/broken") {
            throw std::runtime_error("broken");
        }
        co_return metrics::response(path == "/none" ? 404 : 200, metrics::plain_text, path);
    }

    tactus::event may_answer;
};

struct http_fixture {
    http_fixture() {
        tasks.spawn("http", server.run());
        reactor.settle();
    }
    ~http_fixture() {
        tasks.request_stop();
        reactor.settle();
    }

    [[nodiscard]] memory_client connect() {
        memory_client made = acceptor.connect();
        reactor.settle();
        return made;
    }
    // Sends and tells what came back.
    [[nodiscard]] std::string ask(memory_client& client, std::string_view bytes) {
        client.send(bytes);
        reactor.settle();
        return client.receive();
    }
    // The same on a connection of its own.
    [[nodiscard]] std::string ask(std::string_view bytes) {
        memory_client client = connect();
        return ask(client, bytes);
    }

    manual_reactor reactor;
    memory_acceptor acceptor{reactor};
    three_pages pages;
    metrics::http_server server{reactor, acceptor, pages,
                                metrics::host_policy("127.0.0.1:9464", {"tactus.example"})};
    tactus::scope tasks{reactor.ready()};
};

inline std::string get(std::string_view path) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

inline bool is_status(std::string_view answer, int status) {
    return answer.starts_with("HTTP/1.1 " + std::to_string(status) + " ");
}

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

} // namespace tactus::testing
