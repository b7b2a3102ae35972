// SPDX-License-Identifier: MIT
// A real Prometheus scrapes a running daemon, raises the alert for a peer that goes, and ends it
// when the peer is back. Its times are shortened; conditions are waited for.
#include "tests/packaging/monitoring_tools.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tcp_peer.hpp"

#include <fmt/format.h>

#include <memory>

using namespace tactus::test;

namespace {

// The alerts that are shipped, with shorter waits.
std::string hasty_alerts() {
    const std::string text = contents_of(monitoring_file("alerts.yml"));
    const std::string hasty = std::regex_replace(text, std::regex("for: [0-9]+m"), "for: 600ms");
    return replaced(hasty, "- name: tactus\n", "- name: tactus\n    interval: 200ms\n");
}

class prometheus {
public:
    explicit prometheus(std::uint16_t target) {
        const std::string configuration =
            folder_.write("prometheus.yml",
                          fmt::format("global: {{scrape_interval: 200ms, scrape_timeout: 200ms}}\n"
                                      "rule_files: [{}]\n"
                                      "scrape_configs:\n"
                                      "  - job_name: tactus\n"
                                      "    static_configs: [{{targets: ['127.0.0.1:{}']}}]\n",
                                      folder_.write("alerts.yml", hasty_alerts()), target));
        program_ = std::make_unique<process>(std::vector<std::string>{
            prometheus_tool("prometheus"), "--config.file=" + configuration,
            "--storage.tsdb.path=" + folder_.path("data"), "--web.listen-address=127.0.0.1:0"});
        const std::string before_port = "msg=\"Listening on\" address=127.0.0.1:";
        if (!program_->says("Server is ready to receive web requests.") ||
            !program_->says(before_port)) {
            throw std::runtime_error("Prometheus did not start:\n" + program_->err());
        }
        const std::string log = program_->err();
        port_ = static_cast<std::uint16_t>(
            std::stoi(log.substr(log.find(before_port) + before_port.size())));
    }

    [[nodiscard]] bool fires(const std::string& alert) const {
        // ALERTS{alertname="...",alertstate="firing"}
        return has_sample("ALERTS%7Balertname%3D%22" + alert + "%22%2Calertstate%3D%22firing%22%7D",
                          "1");
    }
    // As the answer to a query, short enough for one piece.
    [[nodiscard]] bool has_sample(const std::string& metric, const std::string& value) const {
        const std::string body = http_get(port_, "/api/v1/query?query=" + metric).body;
        return body.find(",\"" + value + "\"]") != std::string::npos;
    }

private:
    temp_dir folder_;
    std::unique_ptr<process> program_;
    std::uint16_t port_ = 0;
};

} // namespace

TEST_CASE("a real Prometheus raises an alert when a peer goes, and ends it when it is back") {
    const std::uint16_t port = free_tcp_port();
    auto peer = std::make_unique<tcp_peer>(port);
    daemon_process daemon(fmt::format(R"(
[[input]]
name = "beat"
type = "pulse"
[[output]]
name = "organ"
type = "osc"
to = "tcp://127.0.0.1:{}"
required = true
[[route]]
from = "beat"
to = "organ"
)",
                                      port));
    peer->accept();
    const prometheus watcher(daemon.metrics_port());
    REQUIRE(eventually([&] { return watcher.has_sample("tactus_output_up", "1"); }));
    REQUIRE(eventually([&] { return !watcher.fires("TactusOutputDown"); }));

    peer.reset();
    CHECK(eventually([&] { return watcher.fires("TactusOutputDown"); }));
    CHECK(eventually([&] { return watcher.fires("TactusNotReady"); }));
    CHECK_FALSE(watcher.fires("TactusUnaccounted"));

    peer = std::make_unique<tcp_peer>(port);
    peer->accept();
    CHECK(eventually([&] { return watcher.has_sample("tactus_output_up", "1"); }));
    CHECK(eventually([&] { return !watcher.fires("TactusOutputDown"); }));
    CHECK(eventually([&] { return !watcher.fires("TactusNotReady"); }));

    CHECK(daemon.stop() == 0);
    CHECK(eventually([&] { return watcher.fires("TactusDown"); }));
}
