// SPDX-License-Identifier: MIT
// All coroutine facilities of the SDK, used by plugins and by the kernel alike:
//   task<T>          a coroutine with a result            task.hpp
//   scope            tasks that run beside their creator  scope.hpp
//   when_all, _any   several tasks at once                when.hpp
//   event, channel   tasks that wait for one another      event.hpp, channel.hpp
//   op_awaiter       waiting for an op of the C ABI       operation.hpp
//   stop_token       requests to end                      stop_token.hpp, canceled.hpp
//   yield, this_task a task's own surroundings            yield.hpp
//   ready_queue      where all of them are resumed        ready_queue.hpp
// One thread, one queue. Rules for GCC 12: one co_await per statement, its result into a named
// variable; operands are named variables or calls that return types with a constructor of their
// own; no lambda with captures as a temporary in a co_await expression; no braced list around
// co_await.
#pragma once

#include <tactus/cpp/compiler.hpp>

#include <tactus/cpp/canceled.hpp>
#include <tactus/cpp/channel.hpp>
#include <tactus/cpp/error.hpp>
#include <tactus/cpp/event.hpp>
#include <tactus/cpp/operation.hpp>
#include <tactus/cpp/ready_queue.hpp>
#include <tactus/cpp/scope.hpp>
#include <tactus/cpp/stop_token.hpp>
#include <tactus/cpp/task.hpp>
#include <tactus/cpp/when.hpp>
#include <tactus/cpp/yield.hpp>
