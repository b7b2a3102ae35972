// SPDX-License-Identifier: MIT
#include "running_status.hpp"

namespace midi {

running_status::bytes_view running_status::shorten(bytes_view message,
                                                   std::int64_t now_ns) noexcept {
    const std::uint8_t first = message[0];
    if (first >= 0xF8) {
        return message;
    }
    if (first < 0x80 || first >= 0xF0) {
        clear();
        return message;
    }
    if (first == status_ && now_ns - sent_ns_ < repeat_ns) {
        return message.subspan(1);
    }
    status_ = first;
    sent_ns_ = now_ns;
    return message;
}

} // namespace midi
