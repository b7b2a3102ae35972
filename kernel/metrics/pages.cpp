// SPDX-License-Identifier: MIT
#include "kernel/metrics/pages.hpp"

#include "kernel/coro/background.hpp"
#include "kernel/metrics/exposition.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <string_view>
#include <utility>

namespace tactus::metrics {
namespace {

// Collects and serialises, off the loop.
class scrape_work {
public:
    scrape_work(snapshot taken, process_reader& process)
        : taken_(std::move(taken)), process_(process) {}

    std::string operator()() {
        taken_.process = process_.read();
        return expose_text(taken_);
    }

private:
    snapshot taken_;
    process_reader& process_;
};

// Releases the turn on every exit.
class turn {
public:
    explicit turn(tactus::channel<std::monostate>& to) noexcept : to_(to) {}
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;
    ~turn() { TACTUS_ASSERT(to_.try_push({})); }

private:
    tactus::channel<std::monostate>& to_;
};

void append_parts(json_writer& json, std::string_view key, const std::vector<missing_part>& parts) {
    json.begin_list(key);
    for (const missing_part& part : parts) {
        json.begin_object().member("name", part.name).member("why", part.why).end_object();
    }
    json.end_list();
}

} // namespace

pages::pages(coro::reactor& reactor, observed& shown)
    : reactor_(reactor), shown_(shown), turns_(scrapes_at_once_max) {
    while (turns_.try_push({})) {
    }
}

tactus::task<response> pages::get(std::string path) {
    if (path == "/metrics") {
        response scraped = co_await scrape();
        co_return scraped;
    }
    if (path == "/livez") {
        co_return response(200, plain_text, "ok\n");
    }
    if (path == "/readyz") {
        co_return readiness_page();
    }
    co_return response::of_error(404, "The pages are /, /metrics, /livez and /readyz.");
}

tactus::task<response> pages::scrape() {
    // First come, first served; a client that disconnects meanwhile also leaves the queue.
    const auto granted = co_await turns_.pop();
    TACTUS_ASSERT(granted.has_value());
    const turn held(turns_);
    // On the loop thread, between two of its calls: the ledgers balance.
    snapshot taken = shown_.take_snapshot();
    taken.scrapes = ++scrapes_;
    scrape_work work(std::move(taken), process_);
    std::string text = co_await coro::run_in_background(reactor_, std::move(work));
    co_return response(200, exposition_content_type, std::move(text));
}

response pages::readiness_page() const {
    const readiness now = shown_.take_readiness();
    std::string body;
    json_writer json(body);
    json.begin_object().member("ready", now.is_ready);
    append_parts(json, "missing", now.missing);
    if (!now.impaired.empty()) {
        append_parts(json, "impaired", now.impaired);
    }
    json.end_object();
    body += '\n';
    return response(now.is_ready ? 200 : 503, "application/json", std::move(body));
}

} // namespace tactus::metrics
