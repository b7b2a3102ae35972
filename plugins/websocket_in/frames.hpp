// SPDX-License-Identifier: MIT
// Frames to messages and back, for the server side of a WebSocket: sans IO. wslay parses the frames
// (masks, lengths, control frames). This file joins fragments within a bound, checks UTF-8 as it
// comes, and reports the code with which a connection must be failed. Its memory is at most one
// message: wslay's own event API allocates what a frame announces before it has come, queues pongs
// without bound, and misjudges the reason of a close frame that comes in pieces (1.1.1).
//   between messages --text, binary--> in a message --continuation, last one--> between messages
//   any state        --ping, pong, close--> the same state; after a close nothing is read
// Source: RFC 6455 sections 5 and 7.
#pragma once

#include <tactus/cpp/utf8.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <wslay/wslay.h>

namespace websocket_in {

enum class opcode : std::uint8_t { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// Why a connection ends. Source: RFC 6455 section 7.4.1.
enum class close_code : std::uint16_t {
    none = 0, // no error
    normal = 1000,
    going_away = 1001,
    protocol_error = 1002,
    no_status = 1005, // never sent: the close frame had no code
    bad_text = 1007,
    policy = 1008,
    too_large = 1009,
    try_again_later = 1013,
};

/// A whole message, or a control frame; the view is valid until the next call.
struct message {
    opcode kind = opcode::text;
    std::span<std::uint8_t> bytes; // of a close: the reason, which is UTF-8
    close_code code = close_code::none;
};

class frame_reader {
public:
    /// This many bytes behind each message may be overwritten: simdjson reads past the end.
    static constexpr std::size_t padding = 64;
    static constexpr std::size_t control_bytes_max = 125;

    /// Errors: std::bad_alloc.
    explicit frame_reader(std::size_t message_bytes_max);
    frame_reader(const frame_reader&) = delete;
    frame_reader& operator=(const frame_reader&) = delete;
    ~frame_reader() { wslay_frame_context_free(wslay_); }

    /// Takes effect with the next message. Bounds: between two messages.
    void limit_messages(std::size_t bytes_max) noexcept { message_bytes_max_ = bytes_max; }

    enum class progress { more, message, failed };

    /// Takes bytes from the front of `bytes` until a message is complete or there are no more
    /// bytes. After `failed` nothing more is read. Errors: std::bad_alloc.
    [[nodiscard]] progress feed(std::span<const std::uint8_t>& bytes);

    /// Bounds: after `message`.
    [[nodiscard]] const message& taken() const noexcept { return message_; }
    /// Bounds: after `failed`: the code to send to the peer.
    [[nodiscard]] close_code failure() const noexcept { return failure_; }
    /// Whether part of a message or of a frame has come, even if only one byte of its head. Bounds:
    /// after `more`.
    [[nodiscard]] bool is_in_message() const noexcept {
        return is_in_message_ || is_in_frame_ || unread_ != 0;
    }
    /// How many messages have ended, and control frames that came outside of a message.
    [[nodiscard]] std::uint64_t ended() const noexcept { return ended_; }

private:
    static ssize_t pull(std::uint8_t* into, std::size_t room, int flags, void* self) noexcept;

    [[nodiscard]] progress take(const wslay_frame_iocb& chunk);
    [[nodiscard]] progress begin_frame(const wslay_frame_iocb& chunk);
    [[nodiscard]] progress end_control(opcode kind);
    [[nodiscard]] progress end_message();
    [[nodiscard]] progress fail(close_code code) noexcept;

    wslay_frame_context_ptr wslay_ = nullptr;
    std::span<const std::uint8_t> input_; // the bytes given to feed()
    std::size_t message_bytes_max_;

    std::vector<std::uint8_t> body_; // the data message that is being assembled
    std::array<std::uint8_t, control_bytes_max> control_{};
    std::size_t control_size_ = 0;
    std::uint64_t frame_left_ = 0; // bytes of the frame still to come
    std::size_t unread_ = 0;       // bytes in wslay of frames that it has not returned yet
    std::uint64_t ended_ = 0;
    tactus::utf8_check text_;
    opcode kind_ = opcode::text;
    bool is_in_message_ = false;
    bool is_in_frame_ = false;
    message message_;
    close_code failure_ = close_code::none;
};

class frame_writer {
public:
    /// Errors: std::bad_alloc.
    frame_writer();
    frame_writer(const frame_writer&) = delete;
    frame_writer& operator=(const frame_writer&) = delete;
    ~frame_writer() { wslay_frame_context_free(wslay_); }

    /// Appends one whole, unmasked frame. Errors: std::bad_alloc.
    void append(std::vector<std::uint8_t>& out, opcode kind, std::span<const std::uint8_t> bytes);
    void append(std::vector<std::uint8_t>& out, opcode kind, std::string_view text);
    /// Bounds: the reason is cut to fit a control frame. `none` and `no_status` give an empty
    /// frame.
    void append_close(std::vector<std::uint8_t>& out, close_code code, std::string_view reason);

private:
    static ssize_t push(const std::uint8_t* from, std::size_t size, int flags, void* self) noexcept;

    wslay_frame_context_ptr wslay_ = nullptr;
    std::vector<std::uint8_t>* out_ = nullptr;
};

} // namespace websocket_in
