// SPDX-License-Identifier: MIT
// timed_queue against a plain sorted model of it, over many random operations, with the shares of
// three inputs computed from what waits. A failure prints its seed; TACTUS_SEED repeats it,
// TACTUS_OPERATIONS sets how many.
#include "tests/kernel/flow/queue/timed_queue_model.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>

using namespace tactus::flow;
using namespace tactus::flow::test;

namespace {

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
            output.limits = {{30, 6000}, policy};
            output.index = *test_.queue.add_output(output.limits);
            output.number = outputs_.size();
            outputs_.push_back(output);
        }
        test_.queue.limit_input(1, input_max);
        share_out();
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
            const auto tag =
                static_cast<std::uint32_t>(below(2) == 0 ? 1 + below(4) : 50 + below(2)) +
                100 * static_cast<std::uint32_t>(below(inputs_count));
            cancel(
                output, [tag](const model_event& event) { return event.name() == tag; }, tag);
        } else if (choice < 950) {
            output.is_paused = !output.is_paused;
            output.is_paused ? test_.queue.departures().pause(output.index)
                             : test_.queue.departures().resume(output.index);
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
        REQUIRE(test_.queue.pending() == queue_amount{});
        REQUIRE(test_.queue.events().cells().cells_in_use() == 0);
        REQUIRE(test_.queue.events().cells().blocks_in_use() == 0);
    }

private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    queue_amount total() const {
        queue_amount sum;
        for (const model_output& output : outputs_) {
            sum += output.total();
        }
        return sum;
    }

    void share_out() {
        std::vector<std::vector<std::uint16_t>> reach(routes.size());
        for (std::size_t i = 0; i < routes.size(); ++i) {
            for (const std::uint16_t output : routes[i]) {
                reach[i].push_back(outputs_[output].index);
            }
        }
        test_.queue.share_out(reach);
    }

    // Half of what is usable, in equal parts.
    static std::uint64_t usable(std::uint64_t limit) { return limit - limit / 10; }
    static bool leads(std::uint16_t input, const model_output& output) {
        return std::count(routes[input].begin(), routes[input].end(), output.number) > 0;
    }
    model_room room_here(const model_output& output, std::uint64_t queue_amount::*dimension) const {
        model_room room{output.limits.pending.*dimension, {}};
        std::uint64_t sharers = 0;
        for (std::uint16_t i = 0; i < inputs_count; ++i) {
            sharers += leads(i, output) ? 1U : 0U;
        }
        for (std::uint16_t i = 0; i < inputs_count; ++i) {
            room.ways.emplace_back(output.of(i).*dimension,
                                   leads(i, output) ? usable(room.limit) / (2 * sharers) : 0);
        }
        return room;
    }
    model_room room_of_all(std::uint64_t queue_amount::*dimension) const {
        model_room room{limits_.pending.*dimension, {}};
        for (const model_output& output : outputs_) {
            for (std::uint16_t i = 0; i < inputs_count; ++i) {
                std::uint64_t part = usable(room.limit) / (2 * 3); // three inputs have routes
                if (i == 1 && dimension == &queue_amount::events) {
                    part = std::min(part, input_max);
                }
                part = leads(i, output) ? part / routes[i].size() : 0;
                room.ways.emplace_back(output.of(i).*dimension,
                                       std::min(part, usable(output.limits.pending.*dimension)));
            }
        }
        return room;
    }

    std::uint64_t held_by(std::uint16_t input) const {
        std::uint64_t sum = 0;
        for (const model_output& output : outputs_) {
            sum += output.of(input).events;
        }
        return sum;
    }

    bool has_room(const model_output& output, const model_event& event) const {
        const std::uint64_t own_max = event.is_critical ? input_max : usable(input_max);
        if (event.input == 1 && held_by(1) + 1 > own_max) {
            return false;
        }
        const queue_amount cost = event.cost();
        queue_amount left = {~std::uint64_t{0}, ~std::uint64_t{0}};
        for (const auto dimension : {&queue_amount::events, &queue_amount::bytes}) {
            const model_room here = room_here(output, dimension);
            const model_room all = room_of_all(dimension);
            const std::size_t way_of_all = output.number * inputs_count + event.input;
            if (!here.fits(event.input, cost.*dimension, event.is_critical) ||
                !all.fits(way_of_all, cost.*dimension, event.is_critical)) {
                return false;
            }
            left.*dimension = std::min(here.left(event.input), all.left(way_of_all));
        }
        const queue_amount alike = output.alike(event);
        if (event.group == 0 || event.is_critical || alike.events == 0) {
            return true;
        }
        if (event.input == 1) {
            left.events = std::min(left.events, usable(input_max) - held_by(1));
        }
        return alike.events + 1 <= 2 * (left.events - 1) &&
               (alike.bytes + cost.bytes) / 2 <= left.bytes - cost.bytes;
    }

    // Of the same input, and of the same group where that has any: those due next.
    void evict(model_output& output, std::uint64_t count, const model_event& by) {
        for (; count > 0; --count) {
            const bool has_alike = by.group != 0 && output.alike(by).events > 0;
            const auto next =
                std::find_if(output.pending.begin(), output.pending.end(), [&](const auto& each) {
                    const model_event& event = each.second;
                    return event.lane() == 0 && event.input == by.input &&
                           (!has_alike || event.name() == by.name());
                });
            REQUIRE(next != output.pending.end());
            output.pending.erase(next);
            ++output.evicted;
        }
    }

    void push(model_output& output) {
        model_event event{next_++,
                          static_cast<std::uint32_t>(below(5)),
                          below(12) == 0 ? 101 + below(1500) : 8 + below(91),
                          below(4) == 0,
                          below(8) == 0,
                          static_cast<std::uint16_t>(below(inputs_count)),
                          0};
        // As the ingress does: no input uses the tags of another.
        event.tag += event.tag != 0 ? event.input * 100U : 0;
        event.group =
            below(3) == 0 ? event.input * 100U + 50 + static_cast<std::uint32_t>(below(2)) : 0;
        event.pays_group = event.name() != 0 && output.alike(event).events == 0;
        const std::int64_t due_ns = now_ns_ - 20 + static_cast<std::int64_t>(below(400));
        std::string bytes(event.size, '.');
        std::memcpy(bytes.data(), &event.id, sizeof event.id);
        const bool had_room = has_room(output, event);

        const std::uint64_t memory_before = test_.queue.events().memory();
        const push_result answer = test_.push(output.index, due_ns, bytes, source_of(event));

        const std::uint64_t evicted = test_.queue.counts(output.index).evicted - output.evicted;
        evict(output, evicted, event);
        event.pays_group = event.name() != 0 && output.alike(event).events == 0;
        if (answer == push_result::no_memory) {
            // What was cancelled has it still; or cells have it that are free, and this is a block.
            REQUIRE((event.size > event_cell::inline_max ||
                     memory_before + event.cost().bytes > limits_.pending.bytes));
            return;
        }
        const bool is_accepted = answer == push_result::accepted;
        if (had_room ? !is_accepted || evicted > 0 : is_accepted && evicted == 0) {
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
            std::memcpy(&id, test_.queue.events().bytes(entries[i].slot).data(), sizeof id);
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
        fresh.number = output.number;
        output = fresh;
        share_out();
    }

    void check(const model_output& output) {
        const output_counts counted = test_.queue.counts(output.index);
        const auto due_ns = test_.queue.departures().next_due(output.index);
        const bool is_right =
            counted.pending == output.total() && test_.queue.pending() == total() &&
            counted.cancelled == output.cancelled && counted.evicted == output.evicted &&
            due_ns.has_value() == !output.pending.empty() &&
            (!due_ns || *due_ns <= output.pending.begin()->first.first);
        if (!is_right) {
            FAIL("the counts or the next due time differ from the model");
        }
        for (std::uint16_t i = 0; i < inputs_count; ++i) {
            if (test_.queue.rooms().held(i) != held_by(i)) {
                FAIL("an input's account differs from the model");
            }
        }
        check_first();
    }

    void check_first() {
        std::optional<std::int64_t> first;
        for (const model_output& output : outputs_) {
            const auto due_ns = test_.queue.departures().next_due(output.index);
            if (!output.is_paused && due_ns && (!first || *due_ns < *first)) {
                first = due_ns;
            }
        }
        if (test_.queue.departures().next_due() != first) {
            FAIL("the first of all outputs is not the first");
        }
    }

    std::mt19937_64 random_;
    const queue_limits limits_{.pending = {75, 20'000}};
    queue_under_test test_{limits_};
    std::vector<model_output> outputs_;
    std::int64_t now_ns_ = start_ns;
    std::uint64_t next_ = 1;
};

} // namespace

TEST_CASE("the timed queue does what a sorted list would do, whatever happens") {
    const std::uint64_t seed = from_environment("TACTUS_SEED", std::random_device{}());
    const std::uint64_t operations = from_environment("TACTUS_OPERATIONS", 700'000);
    CAPTURE(seed);
    comparison run(seed);

    for (std::uint64_t i = 0; i < operations; ++i) {
        run.step();
    }

    run.drain();
}
