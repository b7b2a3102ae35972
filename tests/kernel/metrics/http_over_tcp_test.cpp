// SPDX-License-Identifier: MIT
// The pages over real loopback sockets and the real loop: what memory and virtual time cannot show.
#include "kernel/metrics/pages.hpp"
#include "kernel/net/acceptor.hpp"
#include "tests/kernel/metrics/full_snapshot.hpp"
#include "tests/kernel/net/tcp_client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/no_descriptors.hpp"
#include "tests/support/no_threads.hpp"

#include <memory>
#include <string>
#include <vector>

using namespace tactus::testing;
namespace metrics = tactus::metrics;

namespace {

struct shown_daemon final : metrics::observed {
    [[nodiscard]] metrics::snapshot take_snapshot() override { return full_snapshot(); }
    [[nodiscard]] metrics::readiness take_readiness() const override { return {true, {}}; }
};

constexpr std::string_view scrape_request =
    "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

// Rings until it has rung `left` times.
struct ticking : tactus::coro::timer {
    static constexpr std::int64_t every_ns = 10'000'000;

    ticking(tactus::loop::loop& turned, int times) : loop(turned), left(times) {
        fire = [](timer& node) noexcept {
            auto& self = static_cast<ticking&>(node);
            --self.left;
            self.go_on();
        };
        go_on();
    }
    ticking(const ticking&) = delete;
    ticking& operator=(const ticking&) = delete;
    ~ticking() { loop.disarm(*this); }

    void go_on() noexcept {
        if (left > 0) {
            loop.arm(*this, loop.clock().now_ns() + every_ns);
        }
    }

    tactus::loop::loop& loop;
    int left;
};

struct served_fixture : loop_fixture {
    served_fixture() {
        REQUIRE(loop.begin_jobs().has_value());
        auto listening = tactus::net::listen_tcp(loop, "127.0.0.1:0");
        REQUIRE(listening.has_value());
        acceptor = std::move(*listening);
        server = std::make_unique<metrics::http_server>(
            loop, *acceptor, pages, metrics::host_policy(acceptor->address(), {}));
        tasks.spawn("http", server->run());
    }
    ~served_fixture() {
        tasks.request_stop();
        turn_until([&] { return tasks.is_empty(); });
    }

    std::unique_ptr<tcp_client> connect(std::string_view bytes) {
        auto made = std::make_unique<tcp_client>(acceptor->address());
        made->send(bytes);
        return made;
    }
    std::string scrape() { return answer_to(*connect(scrape_request)); }
    // All that comes until the server closes.
    std::string answer_to(tcp_client& asker) {
        std::string answer;
        turn_until([&] {
            answer += asker.receive();
            return asker.is_closed();
        });
        return answer;
    }

    shown_daemon daemon;
    metrics::pages pages{loop, daemon};
    std::unique_ptr<tactus::coro::acceptor> acceptor;
    std::unique_ptr<metrics::http_server> server;
};

} // namespace

TEST_CASE("a scrape over TCP is whole") {
    served_fixture http;

    const std::string answer = http.scrape();

    CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    const std::string length = "Content-Length: ";
    const std::size_t at = answer.find(length);
    REQUIRE(at != std::string::npos);
    const std::size_t body_at = answer.find("\r\n\r\n") + 4;
    CHECK(std::stoul(answer.substr(at + length.size())) == answer.size() - body_at);
    CHECK(value_of(answer, "tactus_deliveries_unaccounted") == 0.0);
}

TEST_CASE("clients that send half a request do not hold up a scrape over TCP") {
    const std::size_t count = GENERATE(200U, 600U); // below and above what there is room for
    served_fixture http;
    std::vector<std::unique_ptr<tcp_client>> slow;
    for (std::size_t i = 0; i < count; ++i) {
        slow.push_back(http.connect("GET /metrics HTT"));
        uv_run(http.loop.uv(), UV_RUN_NOWAIT); // the backlog is shorter than that
    }

    const std::int64_t asked_ns = http.clock.now_ns();
    const std::string answer = http.scrape();
    const std::int64_t took_ns = http.clock.now_ns() - asked_ns;

    CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(took_ns < metrics::http_server::head_limit_ns); // it did not wait for any of them to end
    CHECK(http.server->connections() <= metrics::http_server::connections_max);
}

TEST_CASE("a stopped server closes its TCP connections") {
    served_fixture http;
    const auto half = http.connect("GET /livez HTT");
    http.turn_until([&] { return http.server->connections() == 1; });

    http.tasks.request_stop();

    http.turn_until([&] { return half->drain(); });
    http.turn_until([&] { return http.tasks.is_empty(); });
}

// libuv's own accepting fails this: it never comes out of its call.
TEST_CASE("where even the reserve does not help the loop goes on and does not spin") {
    served_fixture http;
    const auto early = http.connect(scrape_request);
    {
        constexpr rlim_t below_all = 3;
        const no_descriptors now(below_all);
        constexpr int times = 30; // longer than listening_fd::pause_ns
        ticking timer(http.loop, times);
        const std::uint64_t before = http.loop.read_statistics().iterations;

        while (timer.left > 0) {
            uv_run(http.loop.uv(), UV_RUN_ONCE);
        }

        CHECK(http.loop.read_statistics().iterations - before < 10 * times);
        CHECK_FALSE(early->drain());
    }

    CHECK(http.answer_to(*early).starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(http.scrape().starts_with("HTTP/1.1 200 OK\r\n"));
    const auto late = http.connect(scrape_request);
    const no_descriptors again;
    CHECK(http.answer_to(*late).empty()); // the reserve is there again to shed who comes
}

TEST_CASE("the first scrape is served where no thread is to be had any more") {
    served_fixture http;
    const no_threads now;

    CHECK(http.scrape().starts_with("HTTP/1.1 200 OK\r\n"));
}
