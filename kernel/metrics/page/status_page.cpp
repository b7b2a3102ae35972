// SPDX-License-Identifier: MIT
#include "kernel/metrics/page/status_page.hpp"

#include "kernel/coro/background.hpp"
#include "kernel/metrics/page/render.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

namespace tactus::metrics::page {
namespace {

// A text that nobody can guess, for one response. Throws std::system_error if the system has no
// entropy.
std::string make_nonce() {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<std::uint8_t, 16> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), GRND_NONBLOCK) !=
        static_cast<ssize_t>(bytes.size())) {
        throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

std::string page_headers(const std::string& nonce) {
    return "\r\nContent-Security-Policy: default-src 'none'; script-src 'nonce-" + nonce +
           "'; style-src 'nonce-" + nonce +
           "'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
           "\r\nX-Frame-Options: DENY\r\nReferrer-Policy: no-referrer"
           "\r\nCross-Origin-Opener-Policy: same-origin"
           "\r\nCross-Origin-Resource-Policy: same-origin";
}

class page_work {
public:
    page_work(view taken, std::string nonce, const source& from)
        : taken_(std::move(taken)), nonce_(std::move(nonce)), from_(from) {}
    std::string operator()() {
        from_.complete(taken_);
        return render_page(taken_, nonce_);
    }

private:
    view taken_;
    std::string nonce_;
    const source& from_;
};

} // namespace

tactus::task<response> status_page::get(std::string path) {
    if (path == "/") {
        response page = co_await whole_page();
        co_return page;
    }
    if (path == "/events") {
        co_return stream_of(updates_.open());
    }
    if (path == "/events/tap" || path == "/events/tap/lost") {
        co_return tap(path.ends_with("/lost"));
    }
    response other = co_await others_.get(std::move(path));
    co_return other;
}

// Rendered off the loop, as a scrape is.
tactus::task<response> status_page::whole_page() {
    std::string nonce = make_nonce();
    std::string headers = page_headers(nonce);
    page_work work(shown_.take_view(), std::move(nonce), shown_);
    std::string text = co_await coro::run_in_background(reactor_, std::move(work));
    response page(200, "text/html; charset=utf-8", std::move(text));
    page.headers = std::move(headers);
    co_return page;
}

response status_page::tap(bool only_lost) {
    if (!shown_.has_tap()) {
        return response::of_error(403, "The tap shows what events contain, and these pages are "
                                       "served to the network: use `tactus tap`.");
    }
    return stream_of(shown_.open_tap(only_lost));
}

response status_page::stream_of(std::unique_ptr<body_stream> stream) const {
    if (stream == nullptr) {
        response full = response::of_error(503, "Too many pages are open. Close one.");
        full.headers = "\r\nRetry-After: 5";
        return full;
    }
    response opened(200, "text/event-stream; charset=utf-8", "");
    opened.headers = "\r\nReferrer-Policy: no-referrer\r\nCross-Origin-Resource-Policy: same-origin"
                     "\r\nX-Accel-Buffering: no"; // a proxy passes each event on at once
    opened.stream = std::move(stream);
    return opened;
}

} // namespace tactus::metrics::page
