// SPDX-License-Identifier: MIT
#include "frames.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace websocket_in {
namespace {

bool is_control(std::uint8_t opcode) noexcept {
    return (opcode & 8U) != 0;
}

// Codes allowed in a close frame. Source: RFC 6455 section 7.4 and the IANA registry.
bool is_close_code(unsigned code) noexcept {
    return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) ||
           (code >= 3000 && code <= 4999);
}

// For a masked frame. wslay refuses a length that is encoded longer than necessary.
std::size_t head_size(std::uint64_t payload_size) noexcept {
    constexpr std::size_t codes_and_mask = 6;
    return codes_and_mask + (payload_size > 0xFFFF ? 8U : payload_size > 125 ? 2U : 0U);
}

} // namespace

frame_reader::frame_reader(std::size_t message_bytes_max) : message_bytes_max_(message_bytes_max) {
    constexpr wslay_frame_callbacks calls{nullptr, &frame_reader::pull, nullptr};
    if (wslay_frame_context_init(&wslay_, &calls, this) != 0) {
        throw std::bad_alloc();
    }
}

// wslay asks for as much as its buffer holds; 0 means that there is no more for now.
ssize_t frame_reader::pull(std::uint8_t* into, std::size_t room, int /*flags*/,
                           void* self) noexcept {
    frame_reader& reader = *static_cast<frame_reader*>(self);
    auto& input = reader.input_;
    const std::size_t size = std::min(room, input.size());
    reader.unread_ += size;
    if (size != 0) {
        std::memcpy(into, input.data(), size);
    }
    input = input.subspan(size);
    return static_cast<ssize_t>(size);
}

frame_reader::progress frame_reader::feed(std::span<const std::uint8_t>& bytes) {
    input_ = bytes;
    progress now = failure_ == close_code::none ? progress::more : progress::failed;
    while (now == progress::more) {
        wslay_frame_iocb chunk{};
        const ssize_t size = wslay_frame_recv(wslay_, &chunk);
        if (size == WSLAY_ERR_WANT_READ && input_.empty()) {
            break;
        }
        if (size >= 0) {
            now = take(chunk);
        } else if (size != WSLAY_ERR_WANT_READ) {
            now = fail(close_code::protocol_error);
        }
    }
    bytes = input_;
    return now;
}

// A piece of a frame's payload, possibly empty.
frame_reader::progress frame_reader::take(const wslay_frame_iocb& chunk) {
    if (!is_in_frame_) {
        if (begin_frame(chunk) == progress::failed) {
            return progress::failed;
        }
        unread_ -= head_size(chunk.payload_length);
    }
    const std::span<const std::uint8_t> bytes(chunk.data, chunk.data_length);
    unread_ -= bytes.size();
    frame_left_ -= bytes.size();
    is_in_frame_ = frame_left_ != 0;
    if (is_control(chunk.opcode)) {
        std::copy(bytes.begin(), bytes.end(), control_.begin() + control_size_);
        control_size_ += bytes.size();
        return is_in_frame_ ? progress::more : end_control(static_cast<opcode>(chunk.opcode));
    }
    if (kind_ == opcode::text && !text_.feed(bytes)) {
        return fail(close_code::bad_text);
    }
    body_.insert(body_.end(), bytes.begin(), bytes.end());
    return is_in_frame_ || chunk.fin == 0 ? progress::more : end_message();
}

// Checks what a frame's head alone can show to be wrong.
frame_reader::progress frame_reader::begin_frame(const wslay_frame_iocb& chunk) {
    const std::uint8_t code = chunk.opcode;
    const bool is_known =
        code <= WSLAY_BINARY_FRAME || (code >= WSLAY_CONNECTION_CLOSE && code <= WSLAY_PONG);
    if (chunk.mask == 0 || chunk.rsv != WSLAY_RSV_NONE || !is_known) {
        return fail(close_code::protocol_error);
    }
    frame_left_ = chunk.payload_length;
    if (is_control(code)) {
        control_size_ = 0;
        return progress::more;
    }
    if (is_in_message_ != (code == WSLAY_CONTINUATION_FRAME)) {
        return fail(close_code::protocol_error);
    }
    if (!is_in_message_) {
        is_in_message_ = true;
        kind_ = static_cast<opcode>(code);
        text_ = tactus::utf8_check();
        body_.clear();
    }
    if (chunk.payload_length > message_bytes_max_ - body_.size()) {
        return fail(close_code::too_large);
    }
    return progress::more;
}

frame_reader::progress frame_reader::end_control(opcode kind) {
    ended_ += is_in_message_ ? 0U : 1U;
    message_ = message{kind, std::span(control_).first(control_size_), close_code::none};
    if (kind != opcode::close) {
        return progress::message;
    }
    message_.code = close_code::no_status;
    if (control_size_ != 0) {
        const unsigned code =
            control_size_ < 2 ? 0 : static_cast<unsigned>(control_[0]) << 8U | control_[1];
        if (!is_close_code(code)) {
            return fail(close_code::protocol_error);
        }
        message_.code = static_cast<close_code>(code);
        message_.bytes = message_.bytes.subspan(2);
        tactus::utf8_check reason;
        if (!reason.feed(message_.bytes) || !reason.is_complete()) {
            return fail(close_code::bad_text);
        }
    }
    failure_ = message_.code; // nothing is read after a close
    return progress::message;
}

frame_reader::progress frame_reader::end_message() {
    is_in_message_ = false;
    ++ended_;
    if (kind_ == opcode::text && !text_.is_complete()) {
        return fail(close_code::bad_text);
    }
    const std::size_t size = body_.size();
    body_.resize(size + padding); // keeps its capacity: in the steady state nothing is allocated
    message_ = message{kind_, std::span(body_).first(size), close_code::none};
    return progress::message;
}

frame_reader::progress frame_reader::fail(close_code code) noexcept {
    failure_ = code;
    return progress::failed;
}

frame_writer::frame_writer() {
    constexpr wslay_frame_callbacks calls{&frame_writer::push, nullptr, nullptr};
    if (wslay_frame_context_init(&wslay_, &calls, this) != 0) {
        throw std::bad_alloc();
    }
}

// Within the capacity that append() has reserved.
ssize_t frame_writer::push(const std::uint8_t* from, std::size_t size, int /*flags*/,
                           void* self) noexcept {
    std::vector<std::uint8_t>& out = *static_cast<frame_writer*>(self)->out_;
    out.insert(out.end(), from, from + size);
    return static_cast<ssize_t>(size);
}

void frame_writer::append(std::vector<std::uint8_t>& out, opcode kind,
                          std::span<const std::uint8_t> bytes) {
    constexpr std::size_t head_bytes_max = 14;
    const std::size_t wanted = out.size() + head_bytes_max + bytes.size();
    if (wanted > out.capacity()) {
        out.reserve(std::max(wanted, 2 * out.capacity()));
    }
    wslay_frame_iocb frame{};
    frame.fin = 1;
    frame.opcode = static_cast<std::uint8_t>(kind);
    frame.payload_length = bytes.size();
    frame.data = bytes.data();
    frame.data_length = bytes.size();
    out_ = &out;
    wslay_frame_send(wslay_, &frame);
}

void frame_writer::append(std::vector<std::uint8_t>& out, opcode kind, std::string_view text) {
    append(out, kind, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

void frame_writer::append_close(std::vector<std::uint8_t>& out, close_code code,
                                std::string_view reason) {
    if (code == close_code::none || code == close_code::no_status) {
        append(out, opcode::close, std::string_view());
        return;
    }
    std::array<std::uint8_t, frame_reader::control_bytes_max> bytes{};
    const auto number = static_cast<std::uint16_t>(code);
    bytes[0] = static_cast<std::uint8_t>(number >> 8U);
    bytes[1] = static_cast<std::uint8_t>(number & 0xFFU);
    reason = tactus::cut_between_characters(reason, bytes.size() - 2);
    std::copy(reason.begin(), reason.end(), bytes.begin() + 2);
    append(out, opcode::close, std::span(bytes).first(2 + reason.size()));
}

} // namespace websocket_in
