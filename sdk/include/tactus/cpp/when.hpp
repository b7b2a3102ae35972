// SPDX-License-Identifier: MIT
// Several tasks at once: when_all waits for all results, when_any for the first. Both are scopes:
// no task outlives the call, a failure stops the others and is rethrown when all have ended, and a
// stop of the caller stops all. Threads: loop.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <cstddef>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <tactus/cpp/canceled.hpp>
#include <tactus/cpp/scope.hpp>
#include <tactus/cpp/task.hpp>
#include <tactus/cpp/yield.hpp>

namespace tactus {
inline namespace v0_1 {

/// A result that is a reference. The standard library has one, too, in one of its largest headers.
template <class T>
class reference {
public:
    reference(T& to) noexcept : to_(&to) {}
    T& get() const noexcept { return *to_; }
    operator T&() const noexcept { return *to_; }

private:
    T* to_;
};

namespace detail {

template <class T>
struct when_value_of {
    using type = T;
};
template <class T>
struct when_value_of<T&> {
    using type = reference<T>;
};
template <>
struct when_value_of<void> {
    using type = std::monostate;
};

} // namespace detail

/// How a task's result is kept in a tuple or variant: void as std::monostate, a reference wrapped.
template <class T>
using when_value = typename detail::when_value_of<T>::type;

namespace detail {

template <class T>
task<void> keep_result(task<T> work, std::optional<when_value<T>>* slot) {
    if constexpr (std::is_void_v<T>) {
        co_await std::move(work);
        slot->emplace();
    } else {
        T value = co_await std::move(work);
        slot->emplace(std::forward<T>(value));
    }
}

template <class Slots, std::size_t... Index, class... Ts>
void spawn_all(scope& all, Slots& slots, std::index_sequence<Index...>, task<Ts>&... tasks) {
    (all.spawn("when_all", keep_result(std::move(tasks), &std::get<Index>(slots))), ...);
}

// A child without a value was stopped; the reason then was the caller's own stop.
template <class... Values>
std::tuple<Values...> take_all(std::tuple<std::optional<Values>...>& slots) {
    return std::apply(
        [](std::optional<Values>&... slot) {
            if (!(slot.has_value() && ...)) {
                throw canceled();
            }
            return std::tuple<Values...>(*std::move(slot)...);
        },
        slots);
}

} // namespace detail

/// Returns all results, in the order of the arguments. Errors: the first failure; canceled.
template <class... Ts>
task<std::tuple<when_value<Ts>...>> when_all(task<Ts>... tasks) {
    const auto here = co_await this_task();
    std::tuple<std::optional<when_value<Ts>>...> slots;
    scope all(here.queue(), here.stop());
    detail::spawn_all(all, slots, std::index_sequence_for<Ts...>(), tasks...);
    co_await all.join();
    co_return detail::take_all<when_value<Ts>...>(slots);
}

/// The same for any number of tasks without result. Errors: the first failure; canceled.
inline task<void> when_all(std::vector<task<void>> tasks) {
    const auto here = co_await this_task();
    scope all(here.queue(), here.stop());
    for (task<void>& each : tasks) {
        all.spawn(nullptr, std::move(each));
    }
    co_await all.join();
    if (here.stop().stop_requested()) {
        throw canceled();
    }
}

/// Which task ended first, and its result.
template <class Value>
struct any_result {
    any_result(std::size_t winner, Value won) : index(winner), value(std::move(won)) {}

    std::size_t index;
    Value value;
};

namespace detail {

template <class First, class... Rest>
using any_value = std::conditional_t<(std::is_same_v<First, Rest> && ...), when_value<First>,
                                     std::variant<when_value<First>, when_value<Rest>...>>;

/// The state of one when_any; each racer gets its address.
template <class Value>
struct race {
    explicit race(scope& all) noexcept : racers(all) {}

    template <std::size_t Index, class Won>
    void win(Won&& won) {
        if (result.has_value()) {
            return;
        }
        if constexpr (std::is_constructible_v<Value, std::in_place_index_t<Index>, Won>) {
            result.emplace(Index, Value(std::in_place_index<Index>, std::forward<Won>(won)));
        } else {
            result.emplace(Index, Value(std::forward<Won>(won)));
        }
        racers.request_stop();
    }

    scope& racers;
    std::optional<any_result<Value>> result;
};

template <std::size_t Index, class T, class Value>
task<void> run_racer(task<T> work, race<Value>* state) {
    if constexpr (std::is_void_v<T>) {
        co_await std::move(work);
        state->template win<Index>(std::monostate());
    } else {
        T value = co_await std::move(work);
        state->template win<Index>(std::forward<T>(value));
    }
}

template <class Value, std::size_t... Index, class... Ts>
void spawn_racers(race<Value>& state, std::index_sequence<Index...>, task<Ts>&... tasks) {
    (state.racers.spawn("when_any", run_racer<Index>(std::move(tasks), &state)), ...);
}

} // namespace detail

/// The first to end wins; the others are asked to stop and awaited. Tasks of one type yield that
/// type, others a variant whose alternatives are in the order of the arguments.
/// Errors: the failure of the first to end, if it failed, or of a loser that failed instead of
/// stopping; canceled if the caller was stopped before any had ended.
template <class First, class... Rest>
task<any_result<detail::any_value<First, Rest...>>> when_any(task<First> first,
                                                             task<Rest>... rest) {
    const auto here = co_await this_task();
    scope racers(here.queue(), here.stop());
    detail::race<detail::any_value<First, Rest...>> state(racers);
    detail::spawn_racers(state, std::index_sequence_for<First, Rest...>(), first, rest...);
    co_await racers.join();
    if (!state.result.has_value()) {
        throw canceled();
    }
    co_return *std::move(state.result);
}

} // namespace v0_1
} // namespace tactus
