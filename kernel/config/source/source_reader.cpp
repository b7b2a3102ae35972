// SPDX-License-Identifier: MIT
#include "kernel/config/source/source_reader.hpp"

#include "kernel/config/source/setting_argument.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace tactus::config {
namespace {

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

// Never waits for a writer: a pipe without a writer is an error, reported as EPIPE. `stamp`: of the
// file before it is read; therefore a change meanwhile counts as one.
result<std::string, int> read_whole(const std::string& path, base::file_stamp& stamp) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return unexpected<int>(errno);
    }
    stamp = base::file_stamp::of(fd);
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

} // namespace

void source_reader::add_text(std::string path, std::string text, const base::file_stamp& stamp) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark)) {
        text.erase(0, byte_order_mark.size());
    }
    sources.push_back({std::move(path), std::move(text), stamp});
    add(parse_document(sources.back().text, newest()));
}

void source_reader::add_file(const std::string& path) {
    const bool is_there_twice =
        std::any_of(sources.begin(), sources.end(), [&](const source_text& one) {
            std::error_code unknown;
            return one.path == path || std::filesystem::equivalent(one.path, path, unknown);
        });
    base::file_stamp stamp;
    result<std::string, int> text = is_there_twice ? std::string() : read_whole(path, stamp);
    if (text && !is_there_twice) {
        add_text(path, std::move(text).value(), stamp);
        return;
    }
    sources.push_back({path, {}});
    diagnostic what =
        is_there_twice ? diagnostic{{}, "this file is given twice"} : unread(text.error());
    what.where.source = newest();
    errors.push_back(std::move(what));
}

void source_reader::add_argument(const std::string& text) {
    sources.push_back({argument_path, text});
    add(parse_setting(text, newest()));
}

std::uint32_t source_reader::newest() const noexcept {
    return static_cast<std::uint32_t>(sources.size() - 1);
}

void source_reader::add(result<node, diagnostic> parsed) {
    if (parsed) {
        documents.push_back(std::move(parsed).value());
    } else {
        errors.push_back(parsed.error());
    }
}

} // namespace tactus::config
