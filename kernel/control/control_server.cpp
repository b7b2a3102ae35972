// SPDX-License-Identifier: MIT
#include "kernel/control/control_server.hpp"

#include "kernel/coro/event_deadline.hpp"

#include <tactus/cpp/canceled.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace tactus::control {
namespace {

bool is_blank(std::string_view line) noexcept {
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

} // namespace

struct control_server::connection : coro::placed_connection {
    using placed_connection::placed_connection;

    [[nodiscard]] coro::stops standing() const noexcept {
        return is_answering || !attached.empty() ? coro::stops::never : coro::stops::by_silence;
    }

    [[nodiscard]] bool has_given_output() const noexcept {
        return std::any_of(attached.begin(), attached.end(),
                           [](const auto& each) { return each->takes_output(); });
    }
    // Those that the last request has added.
    void begin_attached() {
        for (; begun < attached.size(); ++begun) {
            attached[begun]->begin();
        }
    }

    bool is_answering = false;
    attachments attached;
    std::size_t begun = 0; // of attached
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
    : reactor_(reactor), methods_(served), granted_(granted),
      places_(reactor, acceptor, *this, "control connection", connections_max) {}

control_server::~control_server() = default;

tactus::task<void> control_server::run() {
    return places_.run();
}

std::size_t control_server::connections() const noexcept {
    return places_.size();
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
        places_.may_make_room(); // it could be stopped now
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
        const std::string_view line = std::string_view(client.line).substr(begin, end - begin);
        if (client.has_given_output() && !is_blank(line)) {
            co_return false; // somebody else writes now
        }
        std::string answered = co_await answer(client, line);
        begin = end + 1;
        const bool is_written = co_await write(client, std::move(answered));
        if (!is_written) {
            co_return false;
        }
        client.begin_attached();
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
    if (is_blank(line)) {
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
    } else if (which->changes && to.asked.expires_s &&
               static_cast<double>(now_ns()) / 1e9 > *to.asked.expires_s) {
        to.fail({rpc_code::expired, "The request came too late, since the daemon was held up; "
                                    "nothing was done."});
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
        const caller by(*client.stream, client.attached);
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
