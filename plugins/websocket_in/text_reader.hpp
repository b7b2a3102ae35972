// SPDX-License-Identifier: MIT
// The texts that a browser sends in frames, as JSON, parsed by simdjson. Their contents identify
// them:
//   Strudel's OSC    {"address": "/a", "args": [1, "x"], "timestamp": ms, "host": "h",
//                     "port": 57120}
//   desktop bridge   [{"message": [144, 60, 100], "offset": ms, "requestedport": "synth"}]
//                    [{"target": "/a", "timestamp": ms, "params": [{"name": "n", "value": "1",
//                      "valueisnumber": true}]}]
//                    bare, or as "messagesfromjs", "sendmidi" or "sendosc" of an object
//   to us            {"tactus": "ping", "client": ms}
//                    {"tactus": "tag", "tag": "drums"}, {"tactus": "cancel", "tag": "drums"};
//                    without "tag": no tag, everything
// A number becomes an OSC float32, even a whole one; true, false and null become T, F and N. A
// message with a timestamp becomes a bundle with that time tag, byte for byte the one that
// Strudel's own bridge sends (tests/traffic). Keeps no state between two texts. Bounds: see
// depth_max, and frames.hpp.
#pragma once

#include <tactus/event.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

namespace websocket_in {

/// One event of the text. All views are valid during the call only.
struct text_event {
    std::uint16_t protocol = TACTUS_PROTO_OSC;
    std::span<const std::uint8_t> bytes; // OSC: a message, or a bundle of one if it has a time
    std::size_t head_size = 0;           // of the bundle: the bytes before the message
    std::optional<double> timestamp_ms;  // on the sender's clock
    double offset_ms = 0;                // after arrival
    std::string_view port;               // destination name; empty: as routed
};

/// {"tactus": "ping"}: when it was sent, and when the last answer came, on the client's clock.
struct clock_ping {
    double client_ms = 0;
    std::optional<double> received_ms; // of the last pong
};

/// Receives the contents of a text, in order.
class text_sink {
public:
    text_sink() = default;
    text_sink(const text_sink&) = delete;
    text_sink& operator=(const text_sink&) = delete;
    virtual ~text_sink() = default;

    virtual void event(const text_event& what) = 0;
    virtual void ping(const clock_ping& what) = 0;
    /// Takes back what was sent under the tag; empty: everything.
    virtual void cancel(std::string_view tag) = 0;
    /// The tag of the events that follow; empty: none.
    virtual void tag(std::string_view tag) = 0;
    /// An invalid message; `why` is a sentence.
    virtual void malformed(std::string_view why) = 0;
};

class text_reader {
public:
    static constexpr std::size_t depth_max = 8;

    /// Errors: std::bad_alloc.
    explicit text_reader(std::size_t text_bytes_max);

    /// Bounds: not longer than text_bytes_max; frame_reader::padding readable bytes must follow it.
    void read(std::span<const std::uint8_t> text, text_sink& sink);

private:
    void read_object(const simdjson::dom::object& object, text_sink& sink);
    void read_list(const simdjson::dom::array& list, text_sink& sink);
    void read_strudel(const simdjson::dom::object& object, text_sink& sink);
    void read_midi(const simdjson::dom::object& object, text_sink& sink);
    void read_params(const simdjson::dom::object& object, text_sink& sink);
    void read_command(const simdjson::dom::object& object, text_sink& sink);
    [[nodiscard]] const char* write_arguments(const simdjson::dom::object& object,
                                              std::string_view address);
    [[nodiscard]] const char* write_params(const simdjson::dom::array& params,
                                           std::string_view address);
    void send_osc(text_event& what, text_sink& sink);
    [[nodiscard]] std::span<std::uint8_t> message_room() noexcept;

    simdjson::dom::parser parser_;
    std::string types_;                // of the message being written
    std::vector<std::uint8_t> packet_; // a bundle's head, followed by the message
    std::size_t message_size_ = 0;
    std::string port_;
};

/// Unix milliseconds as an OSC time tag, in exactly the steps of osc.js: floats then round alike.
[[nodiscard]] std::uint64_t time_tag_of(double unix_ms) noexcept;

} // namespace websocket_in
