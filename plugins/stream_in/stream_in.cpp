// SPDX-License-Identifier: MIT
// Events as lines of JSON, from standard input and from unix sockets: the way in for shells,
// scripts and sensors. It listens on no network: a web page can make a browser write lines to any
// TCP port. This file moves lines and answers; what a line means is in line_event.hpp.
#include <tactus/cpp/plugin.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include "line_event.hpp"
#include "line_splitter.hpp"

namespace {

using tactus::config_error;
using tactus::context;
using tactus::task;

constexpr std::uint32_t batch_max = 64;     // events that are handed over together
constexpr std::size_t chunk_size = 16'384;  // bytes that are read at once
constexpr std::size_t answers_max = 65'536; // bytes for one chunk of lines; more are left out

enum class answer_lines { errors, none };

class kernel_border : public stream_in::border {
public:
    explicit kernel_border(context& here) : here_(here) {}
    tactus::time_point from_unix(std::int64_t unix_ns) override { return here_.from_unix(unix_ns); }
    std::uint32_t port(std::string_view name) override {
        try {
            return here_.ports().resolve(name);
        } catch (const tactus::failure&) {
            return 0;
        }
    }

private:
    context& here_;
};

/// `{"line": 3, "error": "..."}` and a line break.
void add_answer(std::string& answers, std::uint64_t line, std::string_view error) {
    if (answers.size() > answers_max) {
        return;
    }
    answers += "{\"line\": " + std::to_string(line) + ", \"error\": \"";
    for (const char c : error) {
        if (c == '"' || c == '\\') {
            answers += '\\';
        }
        answers += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
    answers += "\"}\n";
}

/// One source of lines: its place in the stream, and what its lines have become so far.
class source {
    struct numbered {
        std::uint64_t number;
        std::string line;
        bool is_too_long;
    };

    static auto keep_in(std::vector<numbered>& lines) {
        return [&lines](std::uint64_t number, std::string_view line, bool is_too_long) {
            lines.push_back({number, std::string(line), is_too_long});
        };
    }

public:
    source(context& here, stream_in::line_reader& reader)
        : here_(here), reader_(reader), batch_(batch_max, TACTUS_EVENT_SIZE_MAX),
          lines_(stream_in::line_max) {}
    source(const source&) = delete;
    source& operator=(const source&) = delete;

    /// Takes what was read, emits its events, waiting for room where there is none, and gives the
    /// answers. `bytes` must stay until then.
    task<std::string> take(std::string_view bytes) {
        const tactus::time_point arrived = here_.now();
        std::vector<numbered> whole;
        lines_.feed(bytes, keep_in(whole));
        return emit(std::move(whole), arrived);
    }
    task<std::string> finish() {
        std::vector<numbered> last;
        lines_.finish(keep_in(last));
        return emit(std::move(last), here_.now());
    }

private:
    task<std::string> emit(std::vector<numbered> lines, tactus::time_point arrived) {
        std::string answers;
        for (const numbered& each : lines) {
            const bool has_room = batch_.size() + stream_in::events_of_line <= batch_max &&
                                  batch_.room().size() >= stream_in::bytes_for(each.line.size());
            if (!has_room) {
                co_await here_.emit(batch_.view());
                batch_.clear();
            }
            read(each, arrived, answers);
        }
        co_await here_.emit(batch_.view());
        batch_.clear();
        co_return answers;
    }

    void read(const numbered& one, tactus::time_point arrived, std::string& answers) {
        const std::string error = one.is_too_long ? "this line has more than 65536 bytes"
                                                  : reader_.read(one.line, arrived, batch_);
        if (!error.empty()) {
            here_.reject(1, one.is_too_long ? "too_large" : "malformed");
            add_answer(answers, one.number, error);
        }
    }

    context& here_;
    stream_in::line_reader& reader_;
    tactus::batch_builder batch_;
    stream_in::line_splitter lines_;
};

class stream_plugin {
public:
    struct config {
        std::vector<std::string> listen;
        bool standard_input = false;
        std::string mode;
        answer_lines answers = answer_lines::errors;
    };

    static constexpr const char* const schemes[] = {"unix", nullptr};
    static constexpr const char* const answer_words[] = {"errors", "none", nullptr};
    static constexpr tactus::plugin_info info{
        "stream_in", "stream",
        "0.1.0",     "tactus",
        "MIT",       "Reads events as lines of JSON from unix sockets and standard input."};
    static constexpr auto options = tactus::options(
        tactus::option(&config::listen, "listen", nullptr,
                       "Where to listen: one unix socket, \"unix:///run/tactus/events\", or a list "
                       "of them.")
            .endpoint(schemes),
        tactus::option(&config::standard_input, "stdin", "false",
                       "Whether lines are read from the daemon's standard input."),
        tactus::option(&config::mode, "mode", "\"0660\"",
                       "The permissions of the sockets' files, octal: who may write events."),
        tactus::option(&config::answers, "answers", "\"errors\"",
                       "\"errors\": a line of JSON for each line that was wrong; \"none\": "
                       "nothing.")
            .choices(answer_words));
    static constexpr const char* const interfaces[] = {TACTUS_STREAM_0, TACTUS_PORTS_0,
                                                       TACTUS_CLOCK_0, TACTUS_EXEC_0};

    explicit stream_plugin(config settings) : config_(std::move(settings)) {}

    static void check(const config& settings) {
        if (settings.listen.empty() && !settings.standard_input) {
            throw config_error("listen", "there is nothing to read from; expected listen = "
                                         "\"unix:///PATH\", or stdin = true.");
        }
        for (const std::string& url : settings.listen) {
            if (std::count(settings.listen.begin(), settings.listen.end(), url) > 1) {
                throw config_error("listen", "\"" + url + "\" is listed twice.");
            }
        }
        if (mode_of(settings.mode) == 0) {
            throw config_error("mode", "\"" + settings.mode +
                                           "\" is no mode of a file; expected one like \"0660\".");
        }
    }

    task<> run(context& here) {
        border_ = std::make_unique<kernel_border>(here);
        reader_ = std::make_unique<stream_in::line_reader>(*border_);
        std::vector<tactus::listener> doors;
        for (const std::string& url : config_.listen) {
            doors.push_back(tactus::listener::bind(here, url, mode_of(config_.mode)));
        }
        for (std::size_t i = 0; i < doors.size(); ++i) {
            here.ports().add(tactus::port_info(config_.listen[i], tactus::port_state::up));
            here.spawn("stream_in listen", listen(here, std::move(doors[i])));
        }
        if (config_.standard_input) {
            here.spawn("stream_in stdin", read_standard_input(here));
        }
        co_await here.until_stop(); // also when all streams have ended
    }

private:
    /// 0 where the text is none.
    static std::uint32_t mode_of(std::string_view octal) noexcept {
        std::uint32_t mode = 0;
        for (const char digit : octal) {
            if (digit < '0' || digit > '7' || octal.size() > 4) {
                return 0;
            }
            mode = mode * 8 + static_cast<std::uint32_t>(digit - '0');
        }
        return mode <= 0777 ? mode : 0;
    }

    task<> listen(context& here, tactus::listener door) {
        for (;;) {
            tactus::stream client = co_await door.accept();
            here.spawn("stream_in client", serve(here, std::move(client)));
        }
    }

    task<> serve(context& here, tactus::stream client) {
        source lines(here, *reader_);
        std::array<std::uint8_t, chunk_size> bytes;
        bool has_ended = false;
        while (!has_ended) {
            const tactus::stream_result got = co_await client.read(bytes);
            has_ended = !got.has_bytes();
            auto taken = has_ended ? lines.finish() : lines.take(text_of(bytes, got.size));
            const std::string answers = co_await std::move(taken);
            if (config_.answers == answer_lines::none || answers.empty()) {
                continue;
            }
            const tactus_status sent = client.try_write(bytes_of(answers));
            if (sent == TACTUS_E_AGAIN) { // it writes nonsense and reads no answer
                client.refuse("slow");
                co_return;
            }
        }
        co_await client.shutdown();
    }

    task<> read_standard_input(context& here) {
        const std::uint32_t port =
            here.ports().add(tactus::port_info("stdin", tactus::port_state::up));
        tactus::stream input = tactus::stream::adopt(here, STDIN_FILENO);
        source lines(here, *reader_);
        std::array<std::uint8_t, chunk_size> bytes;
        bool has_ended = false;
        while (!has_ended) {
            const tactus::stream_result got = co_await input.read(bytes);
            has_ended = !got.has_bytes();
            auto taken = has_ended ? lines.finish() : lines.take(text_of(bytes, got.size));
            std::string answers = co_await std::move(taken);
            if (config_.answers == answer_lines::errors && !answers.empty()) {
                auto written = here.work(output(std::move(answers)));
                co_await std::move(written);
            }
        }
        here.ports().update(port, tactus::port_info("stdin", tactus::port_state::offline));
        here.log().info("standard input has ended; no more events come from there.");
    }

    /// Writes to standard output, where a reader may be slow: on the worker.
    class output {
    public:
        explicit output(std::string text) : text_(std::move(text)) {}
        void operator()() {
            std::string_view rest = text_;
            while (!rest.empty()) {
                const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
                if (written <= 0) {
                    return; // nobody reads answers any more
                }
                rest.remove_prefix(static_cast<std::size_t>(written));
            }
        }

    private:
        std::string text_;
    };

    static std::string_view text_of(const std::array<std::uint8_t, chunk_size>& bytes,
                                    std::size_t size) noexcept {
        return {reinterpret_cast<const char*>(bytes.data()), size};
    }
    static std::span<const std::uint8_t> bytes_of(std::string_view text) noexcept {
        return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    }

    config config_;
    std::unique_ptr<kernel_border> border_;
    std::unique_ptr<stream_in::line_reader> reader_;
};

} // namespace

TACTUS_PLUGINS(stream_plugin);
