// SPDX-License-Identifier: MIT
// `tactus tap`: the events of a running daemon as they happen, on the terminal and in a recording.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/commands.hpp"
#include "kernel/cli/connect.hpp"
#include "kernel/cli/print.hpp"
#include "kernel/cli/screen.hpp"
#include "kernel/cli/view_text.hpp"
#include "kernel/config/text.hpp"
#include "kernel/control/recording.hpp"
#include "kernel/control/socket_folder.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <unistd.h>

namespace tactus::cli {
namespace {

constexpr std::int64_t wait_ns = 3'600'000'000'000; // for the next event; then it waits again

struct file_closer {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using file_ptr = std::unique_ptr<std::FILE, file_closer>;

std::string params_of(const tap_options& options) {
    std::string text;
    json_writer json(text);
    json.begin_object();
    if (!options.input.empty()) {
        json.member("input", options.input);
    }
    if (!options.output.empty()) {
        json.member("output", options.output);
    }
    if (!options.address.empty()) {
        json.member("address", options.address);
    }
    json.member("late", options.late).member("dropped", options.dropped);
    json.member("received", !options.record.empty()).end_object();
    return text;
}

std::string several_text(const control::tapped_event& of) {
    return of.count == 1 ? "(not known any more)"
                         : std::to_string(of.count) + " events, not shown one by one";
}

// The lines that a person reads. Columns grow with the names that were seen.
class event_lines {
public:
    std::string to_text(const control::tapped_event& of) {
        event_line line;
        line.unix_ns = std::llround(of.at_s * 1e9);
        line.from = of.input.empty() ? std::string_view("-") : of.input;
        line.to = of.output.empty() ? std::string_view("-") : of.output;
        line.what = of.text.empty() ? several_text(of) : of.text;
        line.late_ns = std::llround(of.late_s * 1e9);
        line.not_sent = of.reason.empty() ? std::string() : of.result + ": " + of.reason;
        line.not_sent += of.detail.empty() ? "" : ": " + config::escaped(of.detail, 200);
        line.route = of.route;
        widths_.from = std::max(widths_.from, line.from.size());
        widths_.to = std::max(widths_.to, line.to.size());
        return cli::to_text(line, widths_, has_colour_);
    }

private:
    line_widths widths_;
    bool has_colour_ = wants_colour(::isatty(STDOUT_FILENO) == 1);
};

// Where the notifications go.
class tap_output {
public:
    tap_output(const tap_options& options, std::FILE* record)
        : json_(options.control.json), record_(record), record_path_(options.record) {}

    // The result of the method "tap" is the first line of a recording.
    void begin(const std::string& header) {
        to_record(header);
        if (json_) {
            std::printf("%s\n", header.c_str());
        }
    }
    void add(const control::tap_notification& one) {
        to_record(one.line);
        if (json_) {
            std::printf("%s\n", one.line.c_str());
        } else if (one.is == control::tap_notification::kind::missed) {
            std::printf("... and %llu more, which this reader was too slow for\n",
                        static_cast<unsigned long long>(one.missed));
        } else if (one.event.result != "received") { // what became of it follows
            std::printf("%s\n", lines_.to_text(one.event).c_str());
        }
    }
    // Where nothing can be written any more, and why; empty if there is no such place.
    [[nodiscard]] std::string flush() {
        if (record_ != nullptr && std::fflush(record_) != 0) {
            missed(errno);
        }
        if (record_error_ != 0) {
            return "cannot record any more in " + record_path_ + ": " +
                   std::strerror(record_error_) + ". The part before can be replayed.";
        }
        return std::fflush(stdout) == 0
                   ? std::string()
                   : std::string("cannot write any more: ") + std::strerror(errno) + ".";
    }

private:
    void to_record(const std::string& line) {
        if (record_ != nullptr && std::fprintf(record_, "%s\n", line.c_str()) < 0) {
            missed(errno);
        }
    }
    void missed(int error) noexcept { record_error_ = record_error_ == 0 ? error : record_error_; }

    bool json_;
    std::FILE* record_; // nullptr: none
    std::string record_path_;
    int record_error_ = 0; // the first; from it on, lines are missing
    event_lines lines_;
};

int show(control::client& daemon, tap_output& out) {
    control::recording_reader reader;
    for (;;) {
        if (!daemon.has_line()) {
            if (const std::string wrong = out.flush(); !wrong.empty()) {
                return fail_with(exit_failure, wrong);
            }
        }
        const result<std::string> line = daemon.receive_line(wait_ns);
        if (!line && line.error().kind == error_kind::limit) {
            continue;
        }
        if (!line) {
            static_cast<void>(out.flush());
            return fail_with(exit_unavailable, line.error().text);
        }
        const result<control::tap_notification> one = reader.notification(*line);
        if (one && one->is != control::tap_notification::kind::other) {
            out.add(*one);
        }
    }
}

} // namespace

int tap(const tap_options& options) {
    result<control::client> daemon = connect(options.control, control::status_socket);
    if (!daemon) {
        return fail_with(code_of(daemon.error()), daemon.error().text);
    }
    const file_ptr record(options.record.empty() ? nullptr
                                                 : std::fopen(options.record.c_str(), "wxe"));
    if (!options.record.empty() && record == nullptr) {
        return fail_with(exit_failure,
                         "cannot record in " + options.record + ": " + std::strerror(errno) +
                             (errno == EEXIST ? ". Choose another name, or remove it." : "."));
    }
    const result<std::string, control::rpc_error> begun = daemon->call("tap", params_of(options));
    if (!begun) {
        if (record != nullptr) {
            ::unlink(options.record.c_str());
        }
        return fail_with(code_of(begun.error()), begun.error().message);
    }
    tap_output out(options, record.get());
    out.begin(*begun);
    return show(*daemon, out);
}

} // namespace tactus::cli
