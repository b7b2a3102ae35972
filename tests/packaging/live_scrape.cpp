// SPDX-License-Identifier: MIT
#include "tests/packaging/live_scrape.hpp"

#include "tests/packaging/monitoring_tools.hpp"
#include "tests/support/tcp_peer.hpp"
#include "tests/support/udp_peer.hpp"
#include "tests/system/osc_bytes.hpp"

#include <fmt/format.h>

namespace tactus::test {
namespace {

constexpr const char* everything = R"(
[[input]]
name = "desk"
type = "osc"
listen = "udp://127.0.0.1:{desk}"
clock = "sender"
control = true
[[input]]
name = "page"
type = "websocket"
listen = "tcp://127.0.0.1:{page}"
reply_listen = "udp://127.0.0.1:{page_reply}"
[[input]]
name = "beat"
type = "pulse"
tempo = 240
[[input]]
name = "keys"
type = "midi"
api = "jack"
required = false
port = "none"
[[output]]
name = "lights"
type = "osc"
to = ["udp://127.0.0.1:9", "tcp://127.0.0.1:9"]
reply_to = "udp://127.0.0.1:{reply}"
[[output]]
name = "organ"
type = "midi"
api = "jack"
port = "none"
[[route]]
from = ["desk", "page", "beat", "keys"]
to = ["lights", "organ"]
)";

// `name{label="value",...} 1`; the values have no quotes in them.
void read_series(const std::string& line, live_scrape& into) {
    const std::string name = line.substr(0, line.find_first_of("{ "));
    const std::string metric =
        into.metrics.count(name) != 0 ? name : *metrics_in(name).begin(); // of a histogram
    const std::size_t end = line.find("} ");
    const std::string labels = end == std::string::npos ? "" : line.substr(name.size(), end);
    const std::regex label(R"re(([a-z_]+)="([^"]*)")re");
    for (std::sregex_iterator at(labels.begin(), labels.end(), label), none; at != none; ++at) {
        if ((*at)[1] != "le") {
            into.metrics.at(metric).labels[(*at)[1]].insert((*at)[2]);
        }
    }
}

live_scrape read(const std::string& text) {
    live_scrape made;
    made.text = text;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("# TYPE ")) {
            std::istringstream words(line.substr(7));
            std::string name;
            words >> name;
            words >> made.metrics[name].kind;
        } else if (!line.starts_with("#")) {
            read_series(line, made);
        }
    }
    return made;
}

live_scrape scrape_now() {
    const std::uint16_t desk = free_udp_port();
    const udp_peer sender;
    daemon_process daemon(fmt::format(
        fmt::runtime(everything), fmt::arg("desk", desk), fmt::arg("page", free_tcp_port()),
        fmt::arg("page_reply", free_udp_port()), fmt::arg("reply", free_udp_port())));
    // The offset of the sender's clock is known after some bundles.
    const bool is_complete = eventually([&] {
        sender.send(osc_at(time_tag_in(0), "/a", {1}), desk);
        return daemon.metric("tactus_input_clock_offset_seconds{input=\"desk\"}") != -1;
    });
    if (!is_complete) {
        throw std::runtime_error("the sender's clock is not known");
    }
    return read(http_get(daemon.metrics_port(), "/metrics").body);
}

} // namespace

const live_scrape& scrape_of_everything() {
    static std::string why_not; // one attempt only: each takes long
    static const live_scrape scrape = [] {
        try {
            return scrape_now();
        } catch (const std::exception& failed) {
            why_not = failed.what();
            return live_scrape();
        }
    }();
    if (!why_not.empty()) {
        throw std::runtime_error(why_not);
    }
    return scrape;
}

} // namespace tactus::test
