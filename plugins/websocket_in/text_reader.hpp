// SPDX-License-Identifier: MIT
// What a browser says in text frames, as JSON, by simdjson. Told apart by what is in them:
//   Strudel's OSC    {"address": "/a", "args": [1, "x"], "timestamp": ms, "host": "h", "port":
//   57120} desktop bridge   [{"message": [144, 60, 100], "offset": ms, "requestedport": "synth"}]
//                    [{"target": "/a", "timestamp": ms, "params": [{"name": "n", "value": "1",
//                      "valueisnumber": true}]}]
//                    bare, or as "messagesfromjs", "sendmidi" or "sendosc" of an object
//   to us            {"tactus": "ping", "client": ms} and {"tactus": "cancel"}
// A number is a float32 of OSC, also a whole one; true, false and null are T, F and N. What has a
// timestamp becomes a bundle with that time tag, byte by byte the one that Strudel's own bridge
// sends (tests/traffic). Keeps no state between two texts. Bounds: see depth_max, and frames.hpp.
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

/// One event as the text had it. All views are valid during the call only.
struct text_event {
    std::uint16_t protocol = TACTUS_PROTO_OSC;
    std::span<const std::uint8_t> bytes; // OSC: a message, or where it has a time, a bundle of one
    std::size_t head_size = 0;           // of the bundle: what stands in front of the message
    std::optional<double> timestamp_ms;  // on the sender's clock
    double offset_ms = 0;                // after arrival
    std::string_view port;               // the destination by name; empty: as routed
};

/// {"tactus": "ping"}: when it left, and when the last answer came, on the client's clock.
struct clock_ping {
    double client_ms = 0;
    std::optional<double> received_ms; // of the last pong
};

/// Takes what a text says, in its order.
class text_sink {
public:
    text_sink() = default;
    text_sink(const text_sink&) = delete;
    text_sink& operator=(const text_sink&) = delete;
    virtual ~text_sink() = default;

    virtual void event(const text_event& what) = 0;
    virtual void ping(const clock_ping& what) = 0;
    virtual void cancel() = 0;
    /// A message that is none; `why` is a sentence.
    virtual void malformed(std::string_view why) = 0;
};

class text_reader {
public:
    static constexpr std::size_t depth_max = 8;

    /// Errors: std::bad_alloc.
    explicit text_reader(std::size_t text_bytes_max);

    /// Bounds: not longer than said; behind it frame_reader::padding bytes that may be read.
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
    std::string types_;                // of the message that is being written
    std::vector<std::uint8_t> packet_; // a bundle's head, and the message behind it
    std::size_t message_size_ = 0;
    std::string port_;
};

/// Unix milliseconds as an OSC time tag, in the very steps of osc.js, whose floats round as they
/// do.
[[nodiscard]] std::uint64_t time_tag_of(double unix_ms) noexcept;

} // namespace websocket_in
