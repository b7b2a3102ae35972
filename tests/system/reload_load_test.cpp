// SPDX-License-Identifier: MIT
// Reloads under load, every third file broken, and scraped all the while: both ledgers are exact in
// each scrape, and an output that is in every file loses, doubles and reorders nothing. What else
// is in the files is random; the seed is printed. How long the gaps are: bench/run --only reload.
#include "tests/support/udp_peer.hpp"
#include "tests/system/osc_bytes.hpp"
#include "tests/system/reload_case.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <span>
#include <sstream>
#include <thread>

using namespace tactus::test;

namespace {

constexpr int reloads = 60;
constexpr int batch = 25; // every 5 ms: 5,000 events a second
constexpr std::size_t calm_events = 10'000;

// name{labels} -> value of a whole scrape, or what is wrong with it: a series that is there twice.
struct scrape {
    explicit scrape(const std::string& body) {
        std::istringstream lines(body);
        for (std::string line; std::getline(lines, line);) {
            const std::size_t blank = line.rfind(' ');
            if (line.empty() || line.front() == '#' || blank == std::string::npos) {
                continue;
            }
            const std::string series = line.substr(0, blank);
            if (!all.emplace(series, std::stod(line.substr(blank + 1))).second) {
                wrong += series + " is there twice; ";
            }
            for (const std::string label : {"input", "output"}) {
                const std::size_t at = series.find("{" + label + "=\"");
                if (at != std::string::npos) {
                    const std::size_t begin = at + label.size() + 3;
                    names[label].insert(series.substr(begin, series.find('"', begin) - begin));
                }
            }
        }
    }
    // Over all label sets of `name` that have this label.
    [[nodiscard]] double sum(const std::string& name, const std::string& label) const {
        double total = 0;
        for (const auto& [series, value] : all) {
            if (series.starts_with(name + "{") && series.find(label) != std::string::npos) {
                total += value;
            }
        }
        return total;
    }
    // What does not add up; empty: nothing.
    [[nodiscard]] std::string check() {
        for (const std::string& name : names["input"]) {
            const auto of = [&](const std::string& what) {
                return sum("tactus_input_messages_" + what + "_total", "input=\"" + name + "\"");
            };
            if (of("received") != of("rejected") + of("unrouted") + of("routed")) {
                wrong += name + " does not balance; ";
            }
        }
        for (const std::string& name : names["output"]) {
            const auto of = [&](const std::string& what) {
                return sum("tactus_deliveries_" + what, "output=\"" + name + "\"");
            };
            if (of("accepted_total") != of("sent_total") + of("dropped_total") + of("pending")) {
                wrong += fmt::format("{}: {} != {} + {} + {}; ", name, of("accepted_total"),
                                     of("sent_total"), of("dropped_total"), of("pending"));
            }
        }
        return all["tactus_deliveries_unaccounted"] == 0 ? wrong : wrong + "unaccounted";
    }

    std::map<std::string, double> all;
    std::map<std::string, std::set<std::string>> names; // by label
    std::string wrong;
};

// Runs until it is told to end.
class worker {
public:
    template <class Turn>
    explicit worker(Turn turn)
        : thread_([this, turn]() mutable {
              while (!is_over_) {
                  turn();
              }
          }) {}
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;
    ~worker() { end(); }
    void end() {
        is_over_ = true;
        if (thread_.joinable()) {
            thread_.join();
        }
    }

private:
    std::atomic<bool> is_over_{false}; // says nothing of other memory
    std::thread thread_;
};

// Files that all have the same desk and the same stage, and other things at random.
class files {
public:
    files(std::uint64_t seed, std::uint16_t desk, std::uint16_t stage)
        : random_(seed),
          base_(osc_input("desk", desk) + osc_output("stage", stage) + route("desk", "stage")) {
        for (std::uint16_t& each : ports_) {
            each = free_udp_port();
        }
    }

    [[nodiscard]] const std::string& base() const noexcept { return base_; }
    [[nodiscard]] std::string next() {
        std::string text = base_;
        if (chance(2)) {
            text += "[time]\nmax_ahead = \"5m\"\n[safety]\ncircle_rate = \"9000/s\"\n";
        }
        for (std::size_t i = 0; i < ports_.size(); ++i) {
            const std::string name = "extra-" + std::to_string(i);
            if (chance(3)) {
                continue;
            }
            const std::string more = chance(2) ? "late = \"drop\"\n" : "";
            text += chance(3) ? "[[output]]\nname = \"" + name + "\"\ntype = \"memory\"\n" + more
                              : osc_output(name, chance(2) ? 9 : 10, more);
            text += route("desk", name, chance(2) ? "throttle = \"5ms\"" : "");
            if (chance(2)) {
                text += osc_input("in-" + std::to_string(i), ports_[i],
                                  chance(2) ? "rate = \"1000/s\"" : "");
                text += route("in-" + std::to_string(i), "stage");
            }
        }
        return text;
    }
    [[nodiscard]] std::string broken() {
        return chance(2) ? next() + "[[output]\n"
                         : next() + route("desk", "nobody") + "[nothing]\n";
    }

private:
    bool chance(std::uint64_t of) { return random_() % of == 0; }

    std::mt19937_64 random_;
    std::string base_;
    std::array<std::uint16_t, 4> ports_{};
};

// The inodes of all sockets of a process.
std::set<std::string> sockets_of(pid_t pid) {
    std::set<std::string> all;
    for (const auto& each :
         std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd")) {
        std::error_code gone;
        const std::string target = std::filesystem::read_symlink(each.path(), gone).string();
        if (target.starts_with("socket:")) {
            all.insert(target);
        }
    }
    return all;
}

std::size_t descriptors_of(pid_t pid) {
    const std::filesystem::directory_iterator all("/proc/" + std::to_string(pid) + "/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

std::int64_t longest_gap_ns(std::span<const std::int64_t> moments_ns) {
    std::int64_t longest_ns = 0;
    for (std::size_t i = 1; i < moments_ns.size(); ++i) {
        longest_ns = std::max(longest_ns, moments_ns[i] - moments_ns[i - 1]);
    }
    return longest_ns;
}

void warn_of_gaps(const std::vector<std::int64_t>& came_ns, std::int64_t begun_ns) {
    const auto first = std::lower_bound(came_ns.begin(), came_ns.end(), begun_ns);
    const std::int64_t calm_ns = longest_gap_ns({came_ns.begin(), first});
    const std::int64_t busy_ns = longest_gap_ns({first, came_ns.end()});
    WARN("longest gap: " << calm_ns / 1000 << " us without reloads, with them " << busy_ns / 1000
                         << " us, a ratio of "
                         << static_cast<double>(busy_ns) / static_cast<double>(calm_ns));
}

// How many were taken; every third file is broken.
int reload_all(reload_case& daemon, const unix_client& control, files& made) {
    int taken = 0;
    for (int i = 0; i < reloads; ++i) {
        const bool is_broken = i % 3 == 2;
        daemon.write(is_broken ? made.broken() : made.next());
        control.write("{\"jsonrpc\":\"2.0\",\"method\":\"reload\",\"id\":1}\n");
        const std::string answer = control.read_line();
        CAPTURE(i, answer);
        const bool is_taken = answer.find("\"result\"") != std::string::npos;
        CHECK(is_taken != is_broken);
        taken += is_taken ? 1 : 0;
    }
    return taken;
}

} // namespace

TEST_CASE("reloads under load lose, double and reorder nothing of an output that stays") {
    const std::uint64_t seed = std::random_device{}();
    CAPTURE(seed);
    const std::uint16_t desk = free_udp_port();
    const udp_peer stage;
    files made(seed, desk, stage.port());
    reload_case daemon(made.base());
    const pid_t pid = daemon.program().pid();
    stage.send(osc("/first", {-1}), desk);
    REQUIRE(stage.receive(patience)); // its socket is there
    const std::set<std::string> sockets = sockets_of(pid);
    const std::size_t descriptors = descriptors_of(pid);
    const std::uint16_t pages = daemon.metrics_port();

    std::vector<int> came;                   // of the listener, until it has ended
    std::vector<std::int64_t> came_ns;       // likewise
    std::atomic<std::size_t> came_so_far{0}; // says nothing of the two above
    worker listener([&] {
        if (const auto one = stage.receive(std::chrono::milliseconds(50))) {
            came.push_back(values_of(one->bytes).at(0));
            came_ns.push_back(one->at_ns);
            ++came_so_far;
        }
    });
    std::string wrong;
    worker scraper([&] {
        const http_answer page = http_get(pages, "/metrics");
        wrong += page.status == 200 ? scrape(page.body).check() : "";
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    });
    int sent = 0;
    const udp_peer from;
    worker sender([&] {
        for (int i = 0; i < batch; ++i) {
            from.send(osc("/n", {sent++}), desk);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    });
    const unix_client control(daemon.program().runtime_folder() + "/control.sock");
    REQUIRE(eventually([&] { return came_so_far > calm_events; }));
    const std::int64_t begun_ns = monotonic_ns();
    const int taken = reload_all(daemon, control, made);
    daemon.reload(made.base());
    sender.end();
    REQUIRE(eventually([&] { // what the system had no room for never came
        return daemon.metric("tactus_deliveries_pending{output=\"stage\"}") == 0;
    }));
    const double received = daemon.metric("tactus_input_messages_received_total{input=\"desk\"}");
    scraper.end();
    static_cast<void>(
        eventually([&] { return came_so_far + 1 >= static_cast<std::size_t>(received); }));
    listener.end();

    warn_of_gaps(came_ns, begun_ns);
    CHECK(wrong.empty());
    CHECK(std::is_sorted(came.begin(), came.end()));
    CHECK(std::adjacent_find(came.begin(), came.end()) == came.end());
    CHECK(came.size() + 1 == static_cast<std::size_t>(received));
    CHECK(daemon.metric("tactus_deliveries_sent_total{output=\"stage\"}") == received);
    CHECK(daemon.metric("tactus_config_reloads_total{result=\"taken\"}") == taken + 1);
    CHECK(daemon.metric("tactus_config_reloads_total{result=\"refused\"}") == reloads / 3);
    const std::set<std::string> now = sockets_of(pid);
    CHECK(std::includes(now.begin(), now.end(), sockets.begin(), sockets.end()));
    CHECK(descriptors_of(pid) <= descriptors + 4); // connections that are open just now
    CHECK(daemon.stop() == 0);
}
