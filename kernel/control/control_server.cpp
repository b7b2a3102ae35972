// SPDX-License-Identifier: MIT
#include "kernel/control/control_server.hpp"

#include "kernel/coro/event_deadline.hpp"
#include "kernel/coro/sleep.hpp"

#include <tactus/cpp/canceled.hpp>
#include <tactus/cpp/stop_token.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <utility>

namespace tactus::control {

struct control_server::connection {
    connection(std::unique_ptr<coro::byte_stream> accepted, tactus::stop_token server_stop)
        : stream(std::move(accepted)), stop(server_stop) {}

    std::unique_ptr<coro::byte_stream> stream;
    tactus::stop_source stop; // stopped to make room for another
    std::int64_t silent_since_ns = 0;
    bool is_answering = false;
    request_reader reader;
    std::array<char, 4096> chunk{};
    std::string line; // the beginning of a request
};

// A request on its way.
struct control_server::prepared {
    void fail(const rpc_error& why) {
        answer = asked.id.empty() ? std::string() : write_error(why, asked.id);
    }
    void finish(const method_result& done) {
        if (!done) {
            fail(done.error());
        } else if (!asked.id.empty()) {
            answer = write_result(*done, asked.id);
        }
    }

    request asked;
    const method* which = nullptr;
    std::string answer; // with its line feed; empty for a notification
};

control_server::control_server(coro::reactor& reactor, coro::acceptor& acceptor, methods& served,
                               rights granted)
    : reactor_(reactor), acceptor_(acceptor), methods_(served), granted_(granted) {}

control_server::~control_server() = default;

tactus::task<void> control_server::run() {
    auto accepting = [this](tactus::scope& scope) { return accept_all(scope); };
    co_await tactus::with_scope(std::move(accepting));
}

tactus::task<void> control_server::accept_all(tactus::scope& scope) {
    for (;;) {
        auto accepted = co_await acceptor_.accept();
        if (!accepted.has_value()) {
            if (accepted.error().kind == error_kind::closed) {
                co_return;
            }
            co_await coro::sleep_until(reactor_, now_ns() + accept_pause_ns);
            continue;
        }
        while (connections_.size() >= connections_max) {
            make_room();
            may_have_room_.reset();
            co_await may_have_room_.wait();
        }
        admit(scope, std::move(*accepted));
    }
}

// Takes the place here and not in the task, which starts later, so the count is never behind.
void control_server::admit(tactus::scope& scope, std::unique_ptr<coro::byte_stream> stream) {
    connections_.emplace_back(std::move(stream), scope.stop());
    const place at = std::prev(connections_.end());
    at->silent_since_ns = now_ns();
    try {
        scope.spawn("control connection", attend(at));
    } catch (const std::bad_alloc&) {
        connections_.erase(at); // closed; the others continue
    }
}

// Stops the connection that has been silent longest; one that is being answered stays.
void control_server::make_room() noexcept {
    connection* chosen = nullptr;
    for (connection& each : connections_) {
        if (each.stop.stop_requested()) {
            return; // one is already being stopped
        }
        if (!each.is_answering &&
            (chosen == nullptr || each.silent_since_ns < chosen->silent_since_ns)) {
            chosen = &each;
        }
    }
    if (chosen != nullptr) {
        chosen->stop.request_stop();
    }
}

// Every error of a connection is handled here, by closing it.
tactus::task<void> control_server::attend(place at) {
    try {
        tactus::task<void> serving = serve(*at);
        serving.set_stop(at->stop.token());
        co_await std::move(serving);
    } catch (...) { // canceled: it made room, or the server stops; else out of memory
    }
    connections_.erase(at);
    may_have_room_.set();
}

tactus::task<void> control_server::serve(connection& client) {
    for (;;) {
        const auto got = co_await client.stream->read(client.chunk, coro::event_deadline::never_ns);
        if (!got.has_value() || *got == 0) {
            co_return; // a request without its line feed was cut off
        }
        client.silent_since_ns = now_ns();
        client.line.append(client.chunk.data(), *got);
        client.is_answering = true;
        const bool goes_on = co_await answer_lines(client);
        client.is_answering = false;
        if (!goes_on) {
            co_return;
        }
        may_have_room_.set(); // it could be stopped now
    }
}

// Answers the requests that are whole; false if the connection ends.
tactus::task<bool> control_server::answer_lines(connection& client) {
    std::size_t begin = 0;
    for (;;) {
        const std::size_t end = client.line.find('\n', begin);
        if (end == std::string::npos) {
            break;
        }
        std::string answered =
            co_await answer(client, std::string_view(client.line).substr(begin, end - begin));
        begin = end + 1;
        const bool is_written = co_await write(client, std::move(answered));
        if (!is_written) {
            co_return false;
        }
    }
    client.line.erase(0, begin);
    if (client.line.size() <= request_size_max) {
        co_return true;
    }
    std::string refused = write_error(too_long(), "null");
    const bool is_written = co_await write(client, std::move(refused));
    static_cast<void>(is_written);
    co_return false;
}

// True unless the connection is lost.
tactus::task<bool> control_server::write(connection& client, std::string bytes) {
    if (bytes.empty()) {
        co_return true;
    }
    const auto written = co_await client.stream->write(std::move(bytes), now_ns() + write_limit_ns);
    co_return written.has_value();
}

// Fills `to`; without a method, its answer is complete.
void control_server::prepare(connection& client, std::string_view line, prepared& to) {
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) {
        return;
    }
    result<request, refused_request> read = client.reader.read(line);
    if (!read) {
        to.answer = write_error(read.error().why, read.error().id);
        return;
    }
    to.asked = std::move(*read);
    const method* const which = find(to.asked.method);
    if (which == nullptr) {
        to.fail({rpc_code::method_not_found,
                 "There is no method \"" + to.asked.method + "\"; \"hello\" lists all methods."});
    } else if (which->changes && granted_ == rights::status_only) {
        to.fail({rpc_code::not_allowed,
                 "This socket accepts no method that changes something; control.sock does."});
    } else {
        to.which = which;
    }
}

// The response with its line feed; empty for a notification.
tactus::task<std::string> control_server::answer(connection& client, std::string_view line) {
    prepared with;
    prepare(client, line, with);
    if (with.which == nullptr) {
        co_return std::move(with.answer);
    }
    try {
        const caller by(client.stream->peer_user());
        const method_result done = co_await methods_.call(*with.which, with.asked.with, by);
        with.finish(done);
    } catch (const tactus::canceled&) {
        throw;
    } catch (const std::exception& thrown) {
        with.fail(rpc_error(rpc_code::internal_error, thrown.what()));
    }
    co_return std::move(with.answer);
}

const method* control_server::find(std::string_view name) const noexcept {
    const std::span<const method> all = methods_.all();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [name](const method& each) { return each.name == name; });
    return found == all.end() ? nullptr : &*found;
}

} // namespace tactus::control
