// SPDX-License-Identifier: MIT
// The real daemon under everything at once, and scraped all the while: in each scrape both ledgers
// must be exact, not only when things have settled. What happens is random; the seed is printed.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/tcp_peer.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/system/ledger_in_scrape.hpp"
#include "tests/system/osc_bytes.hpp"

#include <atomic>
#include <fmt/format.h>
#include <map>
#include <random>
#include <thread>

using namespace tactus::test;

namespace {

// Sends for as long as it is there: good, timed, late, far and broken packets, by UDP and TCP.
class trouble {
public:
    trouble(std::uint64_t seed, std::uint16_t udp, std::uint16_t tcp)
        : random_(seed), udp_(udp), tcp_(tcp), thread_([this] { make(); }) {}
    trouble(const trouble&) = delete;
    trouble& operator=(const trouble&) = delete;
    ~trouble() {
        is_over_ = true;
        thread_.join();
    }

private:
    std::uint64_t below(std::uint64_t end) { return random_() % end; }

    std::vector<std::uint8_t> packet() {
        const int number = static_cast<int>(below(1000));
        const std::vector<std::uint8_t> message = osc(below(4) == 0 ? "/nobody" : "/n", {number});
        if (below(10) == 0) {
            return {message.begin(), message.end() - 2}; // cut off
        }
        if (below(2) == 0) {
            return message;
        }
        const auto ahead_ms = static_cast<std::int64_t>(below(20) == 0 ? 3'600'000 : below(60));
        return osc_at(time_tag_in((ahead_ms - 20) * 1'000'000), "/n", {number});
    }

    void make() {
        while (!is_over_) {
            for (int i = 0; i < 20; ++i) {
                out_.send(packet(), udp_);
            }
            connection to(tcp_);
            for (std::uint64_t i = below(10); i-- > 0;) {
                to.send_sized(packet());
            }
            if (below(3) == 0) {
                to.send_text("POST / HTTP/1.1\r\n");
            }
            std::this_thread::yield();
        }
    }

    class connection {
    public:
        explicit connection(std::uint16_t port)
            : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
            sockaddr_in to{};
            to.sin_family = AF_INET;
            to.sin_port = htons(port);
            to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            static_cast<void>(::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to));
        }
        connection(const connection&) = delete;
        connection& operator=(const connection&) = delete;
        ~connection() { ::close(fd_); }
        void send_sized(const std::vector<std::uint8_t>& bytes) const {
            const std::uint32_t size = htonl(static_cast<std::uint32_t>(bytes.size()));
            static_cast<void>(::send(fd_, &size, sizeof size, MSG_NOSIGNAL | MSG_DONTWAIT));
            static_cast<void>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
        }
        void send_text(const std::string& text) const {
            static_cast<void>(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
        }

    private:
        int fd_;
    };

    std::mt19937_64 random_;
    std::uint16_t udp_;
    std::uint16_t tcp_;
    udp_peer out_;
    std::atomic<bool> is_over_{false}; // says nothing of other memory
    std::thread thread_;
};

std::string configuration(std::uint16_t desk, std::uint16_t line, std::uint16_t listener,
                          std::uint16_t late_peer) {
    return fmt::format(R"(
[time]
max_ahead = "1m"
[limits]
pending = 400
[[input]]
name = "desk"
type = "osc"
listen = "udp://127.0.0.1:{}"
rate = "20000/s"
[[input]]
name = "line"
type = "osc"
listen = "tcp://127.0.0.1:{}"
[[input]]
name = "beat"
type = "pulse"
tempo = 960
[[output]]
name = "small"
type = "osc"
to = "udp://127.0.0.1:{}"
late = "drop"
late_limit = "1ms"
queue = {{ pending = 16, when_full = "drop-oldest" }}
[[output]]
name = "tcp"
type = "osc"
to = "tcp://127.0.0.1:{}"
[[output]]
name = "udp"
type = "osc"
to = "udp://127.0.0.1:{}"
bundle = true
[[route]]
from = ["desk", "line", "beat"]
address = "/n"
to = ["small", "udp"]
[[route]]
from = ["desk", "line"]
address = "/n"
to = ["tcp", "udp"]
throttle = "5ms"
[[route]]
from = "beat"
to = "udp"
as = {{ address = "/beat", args = ["$2", "$9 ?? 1"] }}
)",
                       desk, line, listener, late_peer, listener);
}

} // namespace

TEST_CASE("in the middle of everything the ledgers are exact in every scrape") {
    const std::uint64_t seed = std::random_device{}();
    CAPTURE(seed);
    const std::uint16_t desk = free_udp_port();
    const std::uint16_t line = free_tcp_port();
    const std::uint16_t late_peer = free_tcp_port();
    const udp_peer listener;
    daemon_process daemon(configuration(desk, line, listener.port(), late_peer));
    const auto scrape = [&] { return series_of(http_get(daemon.metrics_port(), "/metrics").body); };

    const trouble all_at_once(seed, desk, line);
    std::map<std::string, double> last;
    const auto dropped = [&](const std::string& output, const std::string& reason) {
        return sum(last, "tactus_deliveries_dropped_total",
                   "output=\"" + output + "\",reason=\"" + reason + "\"");
    };
    std::size_t scrapes = 0;
    const auto watch_until = [&](const std::function<bool()>& holds) {
        return eventually([&] {
            last = scrape();
            ++scrapes;
            const std::string wrong =
                wrong_in(last, {"desk", "line", "beat"}, {"small", "tcp", "udp"});
            INFO("scrape " << scrapes);
            REQUIRE(wrong == "");
            return holds();
        });
    };

    // Every kind of loss has happened, while somebody looked.
    CHECK(watch_until([&] { return dropped("small", "queue_full") > 0; }));
    CHECK(watch_until([&] { return dropped("tcp", "output_down") > 0; }));
    CHECK(watch_until([&] { return dropped("udp", "throttled") > 0; }));
    for (const std::string reason : {"malformed", "too_far_ahead"}) {
        CHECK(watch_until([&] {
            return sum(last, "tactus_input_messages_rejected_total", "\"" + reason + "\"") > 0;
        }));
    }
    CHECK(watch_until(
        [&] { return sum(last, "tactus_input_messages_unrouted_total", "\"desk\"") > 0; }));
    CHECK(watch_until([&] {
        return scrapes >= 300 && sum(last, "tactus_deliveries_sent_total", "output=\"udp\"") > 5000;
    }));
    CHECK(daemon.stop() == 0);
}
