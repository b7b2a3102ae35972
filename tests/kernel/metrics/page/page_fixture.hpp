// SPDX-License-Identifier: MIT
// The status page behind the real HTTP server, in memory and virtual time.
#pragma once

#include "kernel/metrics/page/status_page.hpp"
#include "tests/kernel/metrics/http_fixture.hpp"
#include "tests/kernel/metrics/page/sample_view.hpp"

#include <memory>
#include <string>

namespace tactus::testing {

// A tap that tells one event and goes on until the client ends.
class one_event final : public metrics::body_stream {
public:
    tactus::task<void> run(coro::byte_stream& to) override {
        std::string bytes = "data: {}\n\n";
        const auto written = co_await to.write(std::move(bytes), 0);
        static_cast<void>(written);
        co_await metrics::page::await_end(to);
    }
};

struct shown_page final : metrics::page::source {
    [[nodiscard]] metrics::page::view take_view() override {
        ++views;
        return shown;
    }
    void complete(metrics::page::view& taken) const override { taken.has_config_changed = true; }
    [[nodiscard]] std::string build() const override { return shown.build; }
    [[nodiscard]] bool has_tap() const override { return shown.has_tap; }
    [[nodiscard]] std::unique_ptr<metrics::body_stream> open_tap(bool only_lost) override {
        was_lost_asked = only_lost;
        return has_room ? std::make_unique<one_event>() : nullptr;
    }

    metrics::page::view shown = sample_view();
    int views = 0;
    bool has_room = true;
    bool was_lost_asked = false;
};

struct page_fixture {
    page_fixture() {
        tasks.spawn("http", server.run());
        reactor.settle();
    }
    ~page_fixture() {
        reactor.hold_jobs(false);
        tasks.request_stop();
        reactor.settle();
    }
    memory_client connect() {
        memory_client client = acceptor.connect();
        reactor.settle();
        return client;
    }
    memory_client ask_for(std::string_view path, std::string_view headers = "") {
        memory_client client = acceptor.connect();
        client.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" +
                    std::string(headers) + "\r\n");
        reactor.settle();
        return client;
    }

    manual_reactor reactor;
    memory_acceptor acceptor{reactor};
    shown_page daemon;
    three_pages others;
    metrics::page::status_page pages{reactor, daemon, others};
    metrics::http_server server{reactor, acceptor, pages,
                                metrics::host_policy("127.0.0.1:9464", {})};
    tactus::scope tasks{reactor.ready()};
};

} // namespace tactus::testing
