// SPDX-License-Identifier: MIT
// The order of a load: bytes, TOML, sections, then the lists. A syntax error ends it, since the
// rest cannot be trusted; all other errors are collected.
#include "kernel/config/load.hpp"

#include "kernel/codec/osc_pattern.hpp"
#include "kernel/config/check.hpp"
#include "kernel/config/metrics_section.hpp"
#include "kernel/config/name.hpp"
#include "kernel/config/room.hpp"
#include "kernel/config/sections.hpp"
#include "kernel/config/text.hpp"
#include "kernel/config/topology.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tactus::config {
namespace {

constexpr std::int64_t layout = 1;

// For a pipe or a terminal, as in "tactus check <(make-it)": how long it may stay silent.
constexpr int silence_max_ms = 10'000;

// Waits for more data. Returns false if no more arrives; errno gives the reason.
bool wait_for_more(int fd) noexcept {
    pollfd more{fd, POLLIN, 0};
    int ready = -1;
    do {
        ready = ::poll(&more, 1, silence_max_ms);
    } while (ready < 0 && errno == EINTR);
    errno = ready == 0 ? ETIMEDOUT : errno;
    return ready > 0;
}

// Reads to the end; from endless input, only enough to show that it is too large.
result<std::string, int> read_to_end(int fd) {
    std::string text;
    std::array<char, 16384> piece{};
    while (text.size() <= file_size_max) {
        const ssize_t n = ::read(fd, piece.data(), piece.size());
        const bool may_go_on = n >= 0 || errno == EINTR || (errno == EAGAIN && wait_for_more(fd));
        if (!may_go_on) {
            return unexpected<int>(errno);
        }
        if (n == 0) {
            break;
        }
        text.append(piece.data(), static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    }
    return text;
}

// Never waits for a writer: a pipe without a writer is an error, reported as EPIPE.
result<std::string, int> read_whole(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return unexpected<int>(errno);
    }
    struct stat about {};
    const bool is_pipe = ::fstat(fd, &about) == 0 && S_ISFIFO(about.st_mode);
    result<std::string, int> text = read_to_end(fd);
    ::close(fd);
    return text && text->empty() && is_pipe ? unexpected<int>(EPIPE) : std::move(text);
}

// Includes what the user can do about it.
diagnostic unread(int why) {
    if (why == EPIPE) {
        return {{},
                "cannot read this file: it is a pipe without a writer",
                "",
                "start the program that writes to it first, or give a regular file"};
    }
    if (why == ETIMEDOUT) {
        return {
            {},
            "cannot read this file: it is not a regular file, and nothing arrived from it for 10 s",
            "",
            "stop the program that holds it open for writing, or give a regular file"};
    }
    diagnostic what{{}, "cannot read this file: " + std::string(std::strerror(why))};
    what.help = why == EISDIR ? "give the file, not its folder" : "";
    return what;
}

class reader {
public:
    reader(source_text& source, const plugin_types& types)
        : check_(source, found_), types_(types) {}

    settings read(const node& root) {
        constexpr std::array<std::string_view, 3> lists{"input", "output", "route"};
        settings into;
        values own;
        const schema_part part{top_options(), &own};
        check_.check(root, {}, {{&part, 1}, lists});
        if (refuse_layout(own)) {
            return into;
        }
        into.name = own.text("name");
        if (const result<void, complaint> right = check_name(into.name);
            !right && own.has("name")) {
            complain(own, "name", right.error());
        }
        read_sections(own, into);
        topology_reader{check_, types_, into}.read(root);
        if (const values* const limits = own.table("limits");
            limits != nullptr && check_.errors() == 0) {
            warn_of_room(check_, *limits, into);
        }
        return into;
    }

    [[nodiscard]] std::vector<diagnostic> take_found() {
        std::stable_sort(
            found_.begin(), found_.end(),
            [](const diagnostic& a, const diagnostic& b) { return a.where < b.where; });
        return std::move(found_);
    }

private:
    void complain(const values& of, std::string_view key, complaint what) {
        what.message = std::string(key) + ": " + what.message;
        check_.error(of.where(key), of.length(key), std::move(what));
    }

    // A file of another layout has other keys: reporting all as unknown would only confuse.
    bool refuse_layout(const values& own) {
        const std::int64_t written = own.integer("schema", layout);
        if (written == layout) {
            return false;
        }
        found_.clear();
        complain(own, "schema",
                 {"this version of tactus reads schema 1; the file has " + std::to_string(written),
                  "write 1",
                  "if the file was written for a newer version of tactus, install that version"});
        return true;
    }

    void read_sections(const values& own, settings& into) {
        if (const values* const time = own.table("time")) {
            into.time = {
                time->integer("max_ahead"),  static_cast<late_policy>(time->integer("late")),
                time->integer("late_limit"), static_cast<late_origin>(time->integer("late_from")),
                time->integer("handover"),   time->integer("realtime") == 0,
                time->real("spin_budget")};
        }
        if (const values* const limits = own.table("limits")) {
            into.limits = {static_cast<std::uint32_t>(limits->integer("pending")),
                           static_cast<std::uint64_t>(limits->integer("memory")),
                           static_cast<when_full>(limits->integer("when_full"))};
        }
        if (const values* const safety = own.table("safety")) {
            read_safety(*safety, into.safety);
        }
        if (const values* const metrics = own.table("metrics")) {
            read_metrics(check_, *metrics, into.metrics);
        }
        if (const values* const control = own.table("control")) {
            into.control = {control->integer("enabled") != 0, control->text("group"),
                            control->text("status_group")};
        }
        if (const values* const log = own.table("log")) {
            into.log = {static_cast<log_level>(log->integer("level")),
                        static_cast<log_format>(log->integer("format"))};
        }
    }

    void read_safety(const values& safety, safety_settings& into) {
        for (const std::string& when : safety.texts("silence_on")) {
            (when == "stop" ? into.silence_on_stop : into.silence_on_disconnect) = true;
        }
        into.flush_limit_ns = safety.integer("flush_limit");
        into.max_note_ns = safety.integer("max_note");
        into.circle_rate_per_s =
            safety.integer("circle_guard") != 0 ? safety.real("circle_rate") : 0;
        into.panic_address = safety.text("panic_address");
        if (into.panic_address.empty()) {
            return;
        }
        const auto compiled = codec::osc_pattern::compile(into.panic_address);
        if (!compiled || !compiled->is_literal()) {
            complain(safety, "panic_address",
                     {quoted(into.panic_address) +
                      " is not an OSC address without wildcards, like \"/panic\""});
        }
    }

    std::vector<diagnostic> found_;
    checker check_;
    const plugin_types& types_;
};

} // namespace

result<loaded, refused> load_text(std::string text, std::string path, const plugin_types& types) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark)) {
        text.erase(0, byte_order_mark.size());
    }
    source_text source{std::move(path), std::move(text)};
    result<node, diagnostic> parsed = parse_document(source.text);
    if (!parsed) {
        return unexpected<refused>({std::move(source), {parsed.error()}, {}});
    }
    reader read(source, types);
    settings made = read.read(*parsed);
    std::vector<diagnostic> found = read.take_found();
    const bool has_errors = std::any_of(found.begin(), found.end(), [](const diagnostic& one) {
        return one.level == severity::error;
    });
    if (has_errors) {
        return unexpected<refused>({std::move(source), std::move(found), std::move(made)});
    }
    return loaded{std::move(made), std::move(source), std::move(found)};
}

result<loaded, refused> load_file(const std::string& path, const plugin_types& types) {
    result<std::string, int> text = read_whole(path);
    if (!text) {
        return unexpected<refused>({{path, {}}, {unread(text.error())}, {}});
    }
    return load_text(std::move(text).value(), path, types);
}

} // namespace tactus::config
