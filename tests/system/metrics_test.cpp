// SPDX-License-Identifier: MIT
// What an operator's Prometheus and load balancer see of a running daemon.
#include "tests/support/catch.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/system/osc_bytes.hpp"

#include <fmt/format.h>
#include <vector>

using namespace tactus::test;
using namespace std::chrono_literals;

namespace {

const char* pulse_to_nobody = R"(
[[input]]
name = "beat"
type = "pulse"
tempo = 240
[[output]]
name = "sink"
type = "osc"
to = "udp://127.0.0.1:9"
[[route]]
from = "beat"
to = "sink"
)";

class half_request {
public:
    explicit half_request(std::uint16_t port)
        : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) {
            ::send(fd_, "GET /met", 8, MSG_NOSIGNAL);
        }
    }
    half_request(half_request&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    half_request& operator=(half_request&&) = delete;
    ~half_request() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }

private:
    int fd_;
};

bool is_udp_port_free(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool is_free = ::bind(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
    ::close(fd);
    return is_free;
}

} // namespace

TEST_CASE("promtool finds nothing wrong with a live scrape") {
    daemon_process daemon(pulse_to_nobody);
    const temp_dir folder;
    const std::string file =
        folder.write("scrape", http_get(daemon.metrics_port(), "/metrics").body);
    const char* promtool = std::getenv("TACTUS_PROMTOOL");

    const finished checked = run(
        {"sh", "-c", fmt::format("{} check metrics < {}", promtool ? promtool : "promtool", file)});

    INFO(checked.out << checked.err);
    CHECK(checked.code == 0);
}

TEST_CASE("the ledger holds in every scrape while events flow") {
    daemon_process daemon(pulse_to_nobody);
    REQUIRE(eventually(
        [&] { return daemon.metric("tactus_deliveries_sent_total{output=\"sink\"}") > 0; }));

    for (int i = 0; i < 20; ++i) {
        CHECK(daemon.metric("tactus_deliveries_unaccounted") == 0);
    }
}

TEST_CASE("200 clients that send half a request do not hold up a scrape") {
    daemon_process daemon(pulse_to_nobody);
    std::vector<half_request> clients;
    for (int i = 0; i < 200; ++i) {
        clients.emplace_back(daemon.metrics_port());
    }

    const http_answer answer = http_get(daemon.metrics_port(), "/metrics");

    CHECK(answer.status == 200);
    CHECK(answer.body.find("tactus_build_info") != std::string::npos);
}

TEST_CASE("health pages tell a live daemon and a missing required output apart") {
    daemon_process daemon(R"(
[[input]]
name = "beat"
type = "pulse"
[[output]]
name = "organ"
type = "osc"
to = "udp://no-such-host.invalid:9000"
required = true
[[route]]
from = "beat"
to = "organ"
)");

    CHECK(http_get(daemon.metrics_port(), "/livez").status == 200);
    const http_answer ready = http_get(daemon.metrics_port(), "/readyz");
    CHECK(ready.status == 503);
    CHECK(ready.body.find("organ") != std::string::npos);
}

TEST_CASE("what no route names is not opened, and nobody waits for it") {
    const std::uint16_t taken = free_udp_port();
    const std::string configuration = fmt::format(R"(
[[input]]
name = "beat"
type = "pulse"
[[input]]
name = "unheard"
type = "osc"
listen = "udp://127.0.0.1:{}"
[[output]]
name = "sink"
type = "osc"
to = "udp://127.0.0.1:9"
[[output]]
name = "spare"
type = "osc"
to = "udp://no-such-host.invalid:9000"
required = true
[[route]]
from = "beat"
to = "sink"
)",
                                                  taken);
    daemon_process daemon(configuration);

    CHECK(eventually([&] { return http_get(daemon.metrics_port(), "/readyz").status == 200; }));
    CHECK(daemon.metric("tactus_output_up{output=\"spare\"}") == -1);
    CHECK(eventually([&] { return daemon.metric("tactus_output_up{output=\"sink\"}") == 1; }));
    CHECK(daemon.metric("tactus_plugin_state{plugin=\"spare\",state=\"loaded\"}") == 1);
    CHECK(daemon.metric("tactus_plugin_state{plugin=\"unheard\",state=\"loaded\"}") == 1);
    CHECK(daemon.metric("tactus_plugin_state{plugin=\"beat\",state=\"running\"}") == 1);
    CHECK(is_udp_port_free(taken));
    CHECK(daemon.stop() == 0);
}
