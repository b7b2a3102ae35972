// SPDX-License-Identifier: MIT
// Events as lines of JSON, from standard input and from unix sockets: the input for shells, scripts
// and sensors. It does not listen on a network: a web page can make a browser write lines to any
// TCP port. This file moves lines and answers; line_event.hpp defines what a line means.
#include <tactus/cpp/endpoint.hpp>
#include <tactus/cpp/gone_senders.hpp>
#include <tactus/cpp/plugin.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "source.hpp"

namespace {

using namespace std::chrono_literals;
using stream_in::source;
using tactus::config_error;
using tactus::context;
using tactus::task;

constexpr std::size_t chunk_size = 16'384; // bytes read at once
// After a peer's last line: its immediate outcomes are reported in one of the next turns.
constexpr auto last_answers = 20ms;
constexpr auto words_pause = 10s; // between two log lines about lines without an end

enum class answer_lines { errors, none };

class stream_plugin {
public:
    struct config {
        std::vector<std::string> listen;
        bool standard_input = false;
        std::string mode;
        answer_lines answers = answer_lines::errors;
        std::chrono::nanoseconds packet_timeout{0};
        tactus::when_gone when_gone = tactus::when_gone::keep;
        std::chrono::nanoseconds gone_grace{0};
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
        tactus::option(
            &config::mode, "mode", "\"0660\"",
            "The permissions of the sockets' files, octal: they say who may write events."),
        tactus::option(
            &config::answers, "answers", "\"errors\"",
            "\"errors\": a line of JSON for each line that was wrong, or whose event was "
            "refused or dropped; \"none\": nothing.")
            .choices(answer_words),
        tactus::option(&config::packet_timeout, "packet_timeout",
                       tactus::packet_deadline::default_toml,
                       "On sockets: how long a line may take from its first byte to its last, else "
                       "the connection is closed; \"0s\": no limit.")
            .range("\"0s\"", "\"24h\""),
        tactus::option(&config::when_gone, "when_gone", "\"keep\"",
                       "When a client of a socket leaves: \"end\" ends the notes that it left "
                       "sounding and takes back its scheduled events; \"keep\" does nothing: a "
                       "script writes a line and leaves.")
            .choices(tactus::when_gone_words),
        tactus::option(&config::gone_grace, "gone_grace", "\"0s\"",
                       "With when_gone = \"end\": how long after a client has left.")
            .range("\"0s\"", "\"1h\""));
    static constexpr const char* const interfaces[] = {
        TACTUS_STREAM_0, TACTUS_PORTS_0, TACTUS_CLOCK_0, TACTUS_EXEC_0, TACTUS_TIMER_0};

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
            throw config_error("mode",
                               "\"" + settings.mode +
                                   "\" is not a file mode; expected octal digits like \"0660\".");
        }
        tactus::gone_senders::check(settings.when_gone, settings.gone_grace);
    }

    task<> run(context& here) {
        environment_ = std::make_unique<stream_in::source_environment>(
            here, config_.answers == answer_lines::errors,
            config_.when_gone == tactus::when_gone::end);
        gone_ = std::make_unique<tactus::gone_senders>(here, config_.when_gone, config_.gone_grace);
        gone_->include_instance();
        here.spawn("stream_in gone", gone_->run());
        std::vector<tactus::listener> doors;
        for (const std::string& url : config_.listen) {
            require_socket(url);
            doors.push_back(tactus::listener::bind(here, url, mode_of(config_.mode)));
        }
        for (std::size_t i = 0; i < doors.size(); ++i) {
            here.ports().add(tactus::port_info(config_.listen[i], tactus::port_state::up));
            here.spawn("stream_in listen", listen(here, std::move(doors[i])));
        }
        if (config_.standard_input) {
            here.spawn("stream_in stdin", read_standard_input(here));
            here.spawn("stream_in stdout", write_told(here));
        }
        co_await here.until_stop(); // even when all streams have ended
    }

    std::uint32_t outcomes_wanted() const noexcept {
        return config_.answers == answer_lines::none
                   ? 0
                   : TACTUS_OUTCOME_REJECTED | TACTUS_OUTCOME_UNROUTED | TACTUS_OUTCOME_DROPPED;
    }
    /// Answers the lines that are still known. Answers without room are left out: a script that
    /// only writes must not be disconnected because an output is down.
    void report(std::span<const tactus_outcome> outcomes, std::uint64_t lost) {
        for (const tactus_outcome& each : outcomes) {
            const stream_in::tagged_lines::place* const from = environment_->tagged.find(each.tag);
            if (from != nullptr) {
                environment_->sources.at(from->source)
                    ->tell(from->line, stream_in::outcome_error(each));
            }
        }
        for (const auto& [id, each] : environment_->sources) {
            if (lost != 0 && each->is_known()) {
                each->tell_lost(lost);
            }
            say_told(*each);
        }
    }

private:
    /// Returns 0 if the text is not a mode.
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

    /// An existing file that is not a socket must not be replaced. Errors: failure.
    static void require_socket(const std::string& url) {
        const std::string path = tactus::endpoint(url, "listen").path();
        struct stat file {};
        if (::lstat(path.c_str(), &file) == 0 && !S_ISSOCK(file.st_mode)) {
            throw tactus::failure(
                TACTUS_E_IO,
                url + " cannot be listened on: a " + (S_ISDIR(file.st_mode) ? "folder" : "file") +
                    " that is not a socket is there. Remove it, or choose another path.");
        }
    }

    void say_told(source& to) {
        const std::string answers = to.take_reports();
        if (answers.empty()) {
            return;
        }
        if (to.client() != nullptr) {
            static_cast<void>(to.client()->try_write(bytes_of(answers)));
        } else if (said_.size() <= stream_in::answers_max) {
            said_ += answers;
            has_said_.set();
        }
    }

    task<> listen(context& here, tactus::listener door) {
        for (;;) {
            tactus::stream client = co_await door.accept();
            here.spawn("stream_in client", serve(here, std::move(client)));
        }
    }

    task<> serve(context& here, tactus::stream client) {
        source lines(*environment_, &client);
        std::array<std::uint8_t, chunk_size> bytes;
        tactus::packet_deadline rest_until(config_.packet_timeout);
        tactus_status last = TACTUS_OK;
        bool has_ended = false;
        while (!has_ended) {
            const std::uint64_t before = lines.lines();
            const tactus::stream_result got = co_await client.read(bytes, rest_until.at());
            last = got.status;
            if (last == TACTUS_E_TIMEOUT) {
                close_slow(here, client, lines);
                leave(lines);
                co_return;
            }
            has_ended = !got.has_bytes();
            auto taken = has_ended ? lines.finish() : lines.take(text_of(bytes, got.size));
            const std::string answers = co_await std::move(taken);
            rest_until.update(here.now(), lines.is_in_line(), lines.lines() != before);
            if (config_.answers == answer_lines::none || answers.empty()) {
                continue;
            }
            const tactus_status sent = client.try_write(bytes_of(answers));
            if (sent == TACTUS_E_AGAIN) { // it writes garbage and reads no answers
                client.refuse("slow");
                leave(lines);
                co_return;
            }
        }
        leave(lines);
        if (last == TACTUS_OK && lines.is_known()) {
            co_await here.sleep_for(last_answers);
        }
        co_await client.shutdown();
    }

    void leave(const source& gone) {
        gone.tags().for_each([this](std::uint32_t group) { gone_->gone(group); });
    }

    /// The client has begun a line and does not end it.
    void close_slow(context& here, tactus::stream& client, source& lines) {
        const std::string answer = lines.give_up();
        if (config_.answers == answer_lines::errors) {
            static_cast<void>(client.try_write(bytes_of(answer)));
        }
        if (here.now() >= next_words_) {
            next_words_ = here.now() + words_pause;
            here.log().warning("A connection was closed: a line that it had begun did not end "
                               "within packet_timeout.");
        }
        client.refuse("slow");
    }

    task<> read_standard_input(context& here) {
        const std::uint32_t port =
            here.ports().add(tactus::port_info("stdin", tactus::port_state::up));
        tactus::stream input = tactus::stream::adopt(here, STDIN_FILENO);
        source lines(*environment_, nullptr);
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
        co_await here.until_stop(); // outcomes of its last lines may still come
    }

    task<> write_told(context& here) {
        for (;;) {
            co_await has_said_.wait();
            has_said_.reset();
            auto written = here.work(output(std::exchange(said_, std::string())));
            co_await std::move(written);
        }
    }

    /// Writes to standard output on the worker, since a reader may be slow.
    class output {
    public:
        explicit output(std::string text) : text_(std::move(text)) {}
        void operator()() {
            std::string_view rest = text_;
            while (!rest.empty()) {
                const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
                if (written < 0 && errno == EINTR) {
                    continue;
                }
                if (written <= 0) {
                    return; // the reader of the answers has gone
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
    std::unique_ptr<stream_in::source_environment> environment_;
    std::unique_ptr<tactus::gone_senders> gone_;
    std::string said_; // about lines of standard input, from report()
    tactus::event has_said_;
    tactus::time_point next_words_; // of the log
};

} // namespace

TACTUS_PLUGINS(stream_plugin);
