// SPDX-License-Identifier: MIT
// timed_queue against a plain sorted model of it, over many random operations. A failure prints its
// seed; TACTUS_SEED repeats it, TACTUS_OPERATIONS sets how many.
#include "tests/kernel/flow/timed_queue_support.hpp"

#include <cstdlib>
#include <cstring>
#include <map>
#include <random>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

struct model_event {
    std::uint64_t id;
    std::uint32_t tag;
    std::size_t size;
    bool is_critical;
    bool is_real_time;
};

event_source source_of(const model_event& event) {
    event_source source = event.is_critical ? critical(event.tag) : tagged(event.tag);
    if (event.is_real_time) {
        source.flags |= event_cell::is_real_time;
    }
    return source;
}

using model_key = std::pair<std::int64_t, std::uint64_t>; // due, number of arrival

struct model_output {
    std::uint16_t index;
    output_limits limits;
    std::map<model_key, model_event> pending;
    std::uint64_t evicted = 0;
    std::uint64_t cancelled = 0;
    bool is_paused = false;

    amount total() const {
        amount sum;
        for (const auto& [key, event] : pending) {
            sum += {1, event.size};
        }
        return sum;
    }
};

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class comparison {
public:
    explicit comparison(std::uint64_t seed) : random_(seed) {
        for (const auto policy :
             {when_full::drop_newest, when_full::drop_oldest, when_full::refuse}) {
            model_output output;
            output.limits = {{60, 6000}, policy};
            output.index = *test_.queue.add_output(output.limits);
            outputs_.push_back(output);
        }
    }

    void step() {
        model_output& output = outputs_[below(outputs_.size())];
        const std::uint64_t choice = below(1000);
        if (choice < 550) {
            push(output);
        } else if (choice < 900) {
            pop(output);
        } else if (choice < 905) {
            cancel(
                output, [](const model_event&) { return true; }, 0);
        } else if (choice < 940) {
            const auto tag = static_cast<std::uint32_t>(1 + below(4));
            cancel(
                output, [tag](const model_event& event) { return event.tag == tag; }, tag);
        } else if (choice < 950) {
            output.is_paused = !output.is_paused;
            output.is_paused ? test_.queue.pause(output.index) : test_.queue.resume(output.index);
        } else if (choice < 951) {
            replace(output);
        } else if (choice < 970) {
            static_cast<void>(test_.queue.sweep(below(50)));
        } else {
            now_ns_ += static_cast<std::int64_t>(below(200));
        }
        check(output);
    }

    // Everything comes out in the end, and no cell is left.
    void drain() {
        now_ns_ += second_ns;
        for (model_output& output : outputs_) {
            while (!output.pending.empty()) {
                pop(output);
            }
        }
        test_.sweep_all();
        REQUIRE(test_.queue.pending() == amount{});
        REQUIRE(test_.queue.cells().cells_in_use() == 0);
        REQUIRE(test_.queue.cells().blocks_in_use() == 0);
    }

private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    amount total() const {
        amount sum;
        for (const model_output& output : outputs_) {
            sum += output.total();
        }
        return sum;
    }

    bool has_room(const model_output& output, const model_event& event) const {
        const auto fits = [&event](amount held, amount limit) {
            const std::uint64_t kept = event.is_critical ? 0 : 1;
            return held.events + 1 <= limit.events - kept * (limit.events / 10) &&
                   held.bytes + event.size <= limit.bytes - kept * (limit.bytes / 10);
        };
        return fits(output.total(), output.limits.pending) && fits(total(), limits_.pending);
    }

    void evict(model_output& output, std::uint64_t count) {
        for (auto at = output.pending.begin(); count > 0; --count) {
            while (at->second.is_critical || at->second.is_real_time) {
                ++at;
            }
            at = output.pending.erase(at);
            ++output.evicted;
        }
    }

    void push(model_output& output) {
        const model_event event{next_++, static_cast<std::uint32_t>(below(5)),
                                below(50) == 0 ? 101 + below(1500) : 8 + below(93), below(4) == 0,
                                below(8) == 0};
        const std::int64_t due_ns = now_ns_ - 20 + static_cast<std::int64_t>(below(400));
        std::string bytes(event.size, '.');
        std::memcpy(bytes.data(), &event.id, sizeof event.id);
        const bool had_room = has_room(output, event);

        const push_result answer = test_.push(output.index, due_ns, bytes, source_of(event));

        evict(output, test_.queue.counts(output.index).evicted - output.evicted);
        const bool is_accepted = answer == push_result::accepted;
        if (had_room ? !is_accepted : is_accepted != has_room(output, event)) {
            FAIL("a push was accepted or refused against the limits");
        }
        if (is_accepted) {
            output.pending.emplace(model_key{due_ns, event.id}, event);
        }
    }

    void pop(model_output& output) {
        const auto entries = test_.pop(output.index, now_ns_, 1 + below(6));
        const std::size_t done = below(entries.size() + 1);
        auto expected = output.pending.begin();
        for (std::size_t i = 0; i < entries.size(); ++i) {
            std::uint64_t id = 0;
            std::memcpy(&id, test_.queue.bytes(entries[i].slot).data(), sizeof id);
            const bool is_right = expected != output.pending.end() && expected->second.id == id &&
                                  expected->first.first == entries[i].due_ns &&
                                  entries[i].due_ns <= now_ns_;
            if (!is_right) {
                FAIL("event " << id << " came out of order");
            }
            expected = i < done ? output.pending.erase(expected) : std::next(expected);
        }
        for (std::size_t i = entries.size(); i > done; --i) { // in any order
            REQUIRE(test_.queue.requeue(entries[i - 1]));
        }
        for (std::size_t i = 0; i < done; ++i) {
            test_.queue.release(entries[i]);
        }
    }

    template <class Claim>
    void cancel(model_output& output, Claim is_meant, std::uint32_t tag) {
        const keep kept = below(4) != 0   ? keep::critical
                          : below(2) == 0 ? keep::real_time
                                          : keep::nothing;
        const std::uint64_t expected = std::erase_if(output.pending, [&](const auto& each) {
            const model_event& event = each.second;
            const bool stays = event.is_real_time ? tag == 0 && kept != keep::nothing
                                                  : event.is_critical && kept == keep::critical;
            return is_meant(event) && !stays;
        });
        output.cancelled += expected;
        const std::uint64_t count = tag == 0 ? test_.queue.cancel(output.index, kept)
                                             : test_.queue.cancel_tag(output.index, tag, kept);
        REQUIRE(count == expected);
    }

    void replace(model_output& output) {
        REQUIRE(test_.queue.remove_output(output.index) == output.pending.size());
        const auto added = test_.queue.add_output(output.limits);
        REQUIRE(added.has_value());
        model_output fresh;
        fresh.limits = output.limits;
        fresh.index = *added;
        output = fresh;
    }

    void check(const model_output& output) {
        const output_counts counted = test_.queue.counts(output.index);
        const auto due_ns = test_.queue.next_due(output.index);
        const bool is_right =
            counted.pending == output.total() && test_.queue.pending() == total() &&
            counted.cancelled == output.cancelled && counted.evicted == output.evicted &&
            due_ns.has_value() == !output.pending.empty() &&
            (!due_ns || *due_ns <= output.pending.begin()->first.first);
        if (!is_right) {
            FAIL("the counts or the next due time differ from the model");
        }
        check_first();
    }

    void check_first() {
        std::optional<std::int64_t> first;
        for (const model_output& output : outputs_) {
            const auto due_ns = test_.queue.next_due(output.index);
            if (!output.is_paused && due_ns && (!first || *due_ns < *first)) {
                first = due_ns;
            }
        }
        if (test_.queue.next_due() != first) {
            FAIL("the first of all outputs is not the first");
        }
    }

    std::mt19937_64 random_;
    const queue_limits limits_{.pending = {150, 15'000}};
    queue_under_test test_{limits_};
    std::vector<model_output> outputs_;
    std::int64_t now_ns_ = start_ns;
    std::uint64_t next_ = 1;
};

} // namespace

TEST_CASE("the timed queue does what a sorted list would do, whatever happens") {
    const std::uint64_t seed = from_environment("TACTUS_SEED", std::random_device{}());
    const std::uint64_t operations = from_environment("TACTUS_OPERATIONS", 2'000'000);
    CAPTURE(seed);
    comparison run(seed);

    for (std::uint64_t i = 0; i < operations; ++i) {
        run.step();
    }

    run.drain();
}
