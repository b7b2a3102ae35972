// SPDX-License-Identifier: MIT
// Art-Net: the OSC messages "/dmx/CHANNEL" with one number set channels of a universe, which is
// sent as an ArtDmx packet 40 times a second, changed or not, and dark once at the end.
//   packet = "Art-Net" 0 | opcode 0x5000, low byte first | version 0 14 | sequence | physical 0 |
//            universe, low byte first | length 512, high byte first | 512 values
// Source: Art-Net 4 Protocol Release V1.4, "ArtDmx".
#include <tactus/cpp/plugin.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace std::chrono_literals;

constexpr std::size_t header_size = 18;
constexpr std::size_t channels = 512;

class artnet_out {
public:
    struct config {
        std::string to;
        std::int32_t universe = 0;
    };

    static constexpr const char* const schemes[] = {"udp", nullptr};
    static constexpr tactus::plugin_info info{"org.example.artnet_out",
                                              "artnet",
                                              "1.0.0",
                                              "Example",
                                              "MIT",
                                              "Sends a universe of DMX by Art-Net."};
    static constexpr auto options = tactus::options(
        tactus::option(&config::to, "to", "\"udp://127.0.0.1:6454\"", "The node, by its address.")
            .endpoint(schemes),
        tactus::option(&config::universe, "universe", "0", "Number of the universe.")
            .range("0", "32767"));
    static constexpr std::uint32_t protocols = tactus::protocol_bit(TACTUS_PROTO_OSC);

    explicit artnet_out(config settings) : config_(std::move(settings)) {
        const auto universe = static_cast<std::uint32_t>(config_.universe);
        std::memcpy(packet_.data(), "Art-Net\0\0\x50\0\x0e", 12);
        packet_[14] = static_cast<std::uint8_t>(universe);
        packet_[15] = static_cast<std::uint8_t>(universe >> 8);
        packet_[16] = channels >> 8;
        packet_[17] = channels & 0xff;
    }

    tactus::task<> run(tactus::context& here) {
        auto socket = tactus::udp_socket::connect(here, config_.to);
        here.ports().add(tactus::port_info("universe", tactus::port_state::up));
        auto due = here.now();
        try {
            for (;;) { // by the number of the frame: errors do not add up
                send_frame(socket);
                due += 25ms;
                co_await here.sleep_until(due);
            }
        } catch (const tactus::canceled&) {
            std::fill(packet_.begin() + header_size, packet_.end(), std::uint8_t{0});
            send_frame(socket);
            throw;
        }
    }

    tactus::send_result send(tactus::batch_view batch) {
        for (std::uint32_t i = 0; i < batch.size(); ++i) {
            if (!set(tactus::bytes_of(batch[i]))) {
                return tactus::send_result(i, TACTUS_E_INVALID); // this one is lost, not the rest
            }
        }
        return tactus::send_result::all(batch);
    }

private:
    void send_frame(tactus::udp_socket& socket) {
        packet_[12] = ++sequence_ == 0 ? ++sequence_ : sequence_; // 0 would mean: none
        tactus_datagram frame{};
        frame.bytes = packet_.data();
        frame.size = static_cast<std::uint32_t>(packet_.size());
        static_cast<void>(socket.send({&frame, 1})); // a frame that is lost is followed by another
    }

    // "/dmx/7" with ",i" or ",f". The kernel has checked the message: texts are padded, arguments
    // whole.
    bool set(std::span<const std::uint8_t> message) {
        const std::string_view address(reinterpret_cast<const char*>(message.data()));
        const std::size_t types = address.size() / 4 * 4 + 4;
        std::uint32_t channel = 0;
        constexpr std::string_view before = "/dmx/";
        const char* const end = address.data() + address.size();
        if (!address.starts_with(before) || message.size() < types + 8 ||
            std::from_chars(address.data() + before.size(), end, channel).ptr != end ||
            channel < 1 || channel > channels) {
            return false;
        }
        std::uint32_t bits = 0;
        for (std::size_t i = types + 4; i < types + 8; ++i) {
            bits = bits << 8 | message[i];
        }
        const char type = static_cast<char>(message[types + 1]);
        if (type != 'i' && type != 'f') {
            return false;
        }
        // An integer is a value of DMX; a float from 0 to 1 is a part of the whole.
        const double value =
            type == 'i' ? std::bit_cast<std::int32_t>(bits) : 255.0 * std::bit_cast<float>(bits);
        packet_[header_size + channel - 1] =
            static_cast<std::uint8_t>(value > 0 ? std::min(value, 255.0) : 0.0); // also for NaN
        return true;
    }

    config config_;
    std::array<std::uint8_t, header_size + channels> packet_{};
    std::uint8_t sequence_ = 0;
};

} // namespace

TACTUS_PLUGINS(artnet_out);
