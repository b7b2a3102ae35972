// SPDX-License-Identifier: MIT
// The operator's pages behind the real server, in memory and virtual time.
#include "kernel/metrics/exposition.hpp"
#include "kernel/metrics/pages.hpp"
#include "tests/kernel/metrics/full_snapshot.hpp"
#include "tests/kernel/metrics/http_fixture.hpp"
#include "tests/support/catch.hpp"

#include <vector>

using namespace tactus::testing;
namespace metrics = tactus::metrics;

namespace {

struct shown_daemon final : metrics::observed {
    [[nodiscard]] metrics::snapshot take_snapshot() override {
        ++snapshots;
        return shown;
    }
    [[nodiscard]] metrics::readiness take_readiness() const override { return ready; }

    metrics::snapshot shown = full_snapshot();
    metrics::readiness ready{true, {}};
    int snapshots = 0;
};

struct pages_fixture {
    pages_fixture() {
        tasks.spawn("http", server.run());
        reactor.settle();
    }
    ~pages_fixture() {
        reactor.hold_jobs(false);
        tasks.request_stop();
        reactor.settle();
    }
    memory_client ask_for(std::string_view path) {
        memory_client client = acceptor.connect();
        client.send(get(path));
        reactor.settle();
        return client;
    }

    manual_reactor reactor;
    memory_acceptor acceptor{reactor};
    shown_daemon daemon;
    metrics::pages pages{reactor, daemon};
    metrics::http_server server{reactor, acceptor, pages,
                                metrics::host_policy("127.0.0.1:9464", {})};
    tactus::scope tasks{reactor.ready()};
};

} // namespace

TEST_CASE("/metrics answers the snapshot in the text format") {
    pages_fixture http;

    const std::string answer = http.ask_for("/metrics").receive();

    CHECK(is_status(answer, 200));
    CHECK(contains(answer, "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    CHECK(value_of(answer, "tactus_deliveries_sent_total{output=\"organ\"}") == 80.0);
    CHECK(value_of(answer, "process_open_fds").value() > 0);
}

TEST_CASE("/metrics counts its scrapes, this one too") {
    pages_fixture http;

    CHECK(value_of(http.ask_for("/metrics").receive(), "tactus_metrics_scrapes_total") == 1.0);
    CHECK(value_of(http.ask_for("/metrics").receive(), "tactus_metrics_scrapes_total") == 2.0);
}

TEST_CASE("the snapshot is taken on the loop, the rest waits for another thread") {
    pages_fixture http;
    http.reactor.hold_jobs();

    memory_client scraper = http.ask_for("/metrics");

    CHECK(http.daemon.snapshots == 1);
    CHECK(http.reactor.jobs_waiting() == 1);
    CHECK(scraper.receive().empty());
    CHECK(http.reactor.run_one_job());
    CHECK(is_status(scraper.receive(), 200));
}

TEST_CASE("so many scrapes at once and no more, the others get their turn") {
    pages_fixture http;
    http.reactor.hold_jobs();
    std::vector<memory_client> scrapers;
    for (std::size_t i = 0; i < metrics::pages::scrapes_at_once_max + 3; ++i) {
        scrapers.push_back(http.ask_for("/metrics"));
    }
    CHECK(http.reactor.jobs_waiting() == metrics::pages::scrapes_at_once_max);

    CHECK(http.reactor.run_one_job());
    CHECK(http.reactor.jobs_waiting() == metrics::pages::scrapes_at_once_max);

    http.reactor.hold_jobs(false);
    http.reactor.settle();
    for (memory_client& each : scrapers) {
        CHECK(is_status(each.receive(), 200));
    }
}

TEST_CASE("a scraper that is closed while it waits gives its turn back") {
    pages_fixture http;
    http.reactor.hold_jobs();
    for (std::size_t i = 0; i < metrics::pages::scrapes_at_once_max + 3; ++i) {
        static_cast<void>(http.ask_for("/metrics"));
    }

    http.tasks.request_stop();
    http.reactor.hold_jobs(false);
    http.reactor.settle();

    CHECK(http.tasks.is_empty());
}

TEST_CASE("/livez answers while scrapes are under way") {
    pages_fixture http;
    http.reactor.hold_jobs();
    static_cast<void>(http.ask_for("/metrics"));

    const std::string answer = http.ask_for("/livez").receive();

    CHECK(is_status(answer, 200));
    CHECK(answer.ends_with("\r\n\r\nok\n"));
}

TEST_CASE("/readyz is 200 when nothing is missing") {
    pages_fixture http;

    const std::string answer = http.ask_for("/readyz").receive();

    CHECK(is_status(answer, 200));
    CHECK(contains(answer, "\r\nContent-Type: application/json\r\n"));
    CHECK(answer.ends_with("\r\n\r\n{\"ready\":true,\"missing\":[]}\n"));
}

TEST_CASE("/readyz is 503 and lists what is missing and why") {
    pages_fixture http;
    http.daemon.ready = {false, {{"organ", "no port \"Organ\""}, {"desk", "a\nb\\c"}}};

    const std::string answer = http.ask_for("/readyz").receive();

    CHECK(is_status(answer, 503));
    CHECK(
        answer.ends_with(R"({"ready":false,"missing":[{"name":"organ","why":"no port \"Organ\""},)"
                         R"({"name":"desk","why":"a\nb\\c"}]})"
                         "\n"));
}

TEST_CASE("/readyz lists what is not there and not required, also when it is 200") {
    pages_fixture http;
    http.daemon.ready = {true, {}, {{"visuals", "down"}}};

    const std::string answer = http.ask_for("/readyz").receive();

    CHECK(is_status(answer, 200));
    CHECK(answer.ends_with(
        R"({"ready":true,"missing":[],"impaired":[{"name":"visuals","why":"down"}]})"
        "\n"));
}

TEST_CASE("another path is 404 and told what there is") {
    pages_fixture http;

    for (const std::string_view path : {"/", "/metrics/", "/METRICS", "/../metrics", "/livez2"}) {
        const std::string answer = http.ask_for(path).receive();
        INFO(path);
        CHECK(is_status(answer, 404));
        CHECK(contains(answer, "/metrics, /livez and /readyz"));
    }
}

TEST_CASE("a query does not matter") {
    pages_fixture http;

    CHECK(is_status(http.ask_for("/metrics?format=prometheus").receive(), 200));
}
