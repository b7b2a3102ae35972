// SPDX-License-Identifier: MIT
#include "driver_buffer.hpp"

#include "wire_pace.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fcntl.h>
#include <unistd.h>

namespace midi {
namespace {

// The number behind "  Buffer size  : "; empty: it is another line.
std::optional<std::size_t> number_in(std::string_view line, std::string_view label) noexcept {
    if (!line.starts_with(label)) {
        return std::nullopt;
    }
    const std::size_t colon = line.find(": ");
    std::size_t value = 0;
    if (colon == std::string_view::npos ||
        std::from_chars(line.data() + colon + 2, line.data() + line.size(), value).ec !=
            std::errc()) {
        return std::nullopt;
    }
    return value;
}

} // namespace

driver_buffer::driver_buffer(const alsa_port& of)
    : path_("/proc/asound/card" + std::to_string(of.card) + "/midi" + std::to_string(of.device)),
      kind_(of.kind), subdevice_(of.subdevice) {}

// Output 0
//   Tx bytes     : 12
//   Buffer size  : 4096
//   Avail        : 4096
std::optional<driver_buffer::fill> driver_buffer::parse(std::string_view text, alsa_kind kind,
                                                        int subdevice) noexcept {
    const bool is_input = kind == alsa_kind::virtual_raw;
    std::optional<fill> found;
    bool is_meant = false;
    fill now;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.starts_with(' ')) {
            const std::string_view title = is_input ? "Input " : "Output ";
            int number = -1;
            if (line.starts_with(title)) {
                std::from_chars(line.data() + title.size(), line.data() + line.size(), number);
            }
            is_meant = number >= 0 && (is_input || number == subdevice);
            continue;
        }
        line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
        if (const auto size = number_in(line, "Buffer size"); is_meant && size) {
            now.size = *size;
        } else if (const auto avail = number_in(line, "Avail"); is_meant && avail) {
            now.free = is_input ? now.size - std::min(*avail, now.size) : *avail;
            if (!found || now.free < found->free) {
                found = now;
            }
        }
    }
    return found;
}

std::optional<driver_buffer::fill> driver_buffer::look() const noexcept {
    const int file = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return std::nullopt;
    }
    std::array<char, 8192> text; // some 100 bytes for each cable and direction
    const ssize_t size = read(file, text.data(), text.size());
    close(file);
    const fill nobody_listens{usual_size, usual_size};
    return size < 0 ? std::nullopt
                    : std::optional(
                          parse({text.data(), static_cast<std::size_t>(size)}, kind_, subdevice_)
                              .value_or(nobody_listens));
}

bool driver_buffer::has_room(std::size_t bytes, std::int64_t now_ns,
                             std::optional<std::size_t> queued_max) noexcept {
    if (bytes <= free_ && !queued_max) {
        return true;
    }
    if (const std::optional<fill> now = look()) {
        size_ = now->size;
        free_ = now->free;
    } else {
        estimate(now_ns);
    }
    return bytes <= free_ && (!queued_max || size_ - std::min(free_, size_) <= *queued_max);
}

void driver_buffer::estimate(std::int64_t now_ns) noexcept {
    const std::int64_t gone =
        std::max<std::int64_t>(now_ns - estimated_ns_, 0) / din_wire.unit.count();
    free_ = std::min(size_, free_ + static_cast<std::size_t>(
                                        std::min<std::int64_t>(gone, static_cast<int>(size_))));
    estimated_ns_ = now_ns;
}

void driver_buffer::took(std::size_t bytes) noexcept {
    free_ -= std::min(bytes, free_);
}

} // namespace midi
