// SPDX-License-Identifier: MIT
// What leaves as segments of one buffer arrives as the datagrams that were sent, in their order,
// over the loopback interface; and so it does where the system refuses to cut.
#include "kernel/net/udp_sender.hpp"
#include "tests/support/catch.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace tactus;
using net::udp_sender;

// A socket on some port of the loopback interface.
class loopback_socket {
public:
    explicit loopback_socket(sa_family_t family = AF_INET)
        : fd_(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
        if (family == AF_INET) {
            sockaddr_in any{};
            any.sin_family = AF_INET;
            any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            bind(any);
        } else {
            sockaddr_in6 any{};
            any.sin6_family = AF_INET6;
            any.sin6_addr = in6addr_loopback;
            bind(any);
        }
    }
    loopback_socket(const loopback_socket&) = delete;
    loopback_socket& operator=(const loopback_socket&) = delete;
    ~loopback_socket() { ::close(fd_); }

    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] tactus_address address() const {
        tactus_address at{};
        socklen_t size = sizeof at.bytes;
        REQUIRE(::getsockname(fd_, reinterpret_cast<sockaddr*>(at.bytes), &size) == 0);
        at.size = size;
        return at;
    }
    void connect(const loopback_socket& to) const {
        const tactus_address at = to.address();
        REQUIRE(::connect(fd_, reinterpret_cast<const sockaddr*>(at.bytes), at.size) == 0);
    }
    void set(int level, int option) const {
        const int on = 1;
        REQUIRE(::setsockopt(fd_, level, option, &on, sizeof on) == 0);
    }
    // All that is there.
    [[nodiscard]] std::vector<std::string> received() const {
        std::vector<std::string> all;
        std::string room(65'536, '\0');
        for (;;) {
            const ssize_t size = ::recv(fd_, room.data(), room.size(), 0);
            if (size < 0) {
                return all;
            }
            all.emplace_back(room.data(), static_cast<std::size_t>(size));
        }
    }

private:
    template <class Sockaddr>
    void bind(const Sockaddr& to) const {
        REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
    }

    int fd_;
};

// Two ends, one connected to the other.
struct pair {
    explicit pair(sa_family_t family = AF_INET) : from(family), to(family) { from.connect(to); }
    loopback_socket from;
    loopback_socket to;
    udp_sender sender;
};

tactus_datagram datagram_of(const std::string& text, const tactus_address& peer = {}) {
    tactus_datagram made{};
    made.bytes = reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    made.size = static_cast<std::uint32_t>(text.size());
    made.peer = peer;
    return made;
}

std::uint32_t send(udp_sender& sender, const loopback_socket& from,
                   const std::vector<tactus_datagram>& all) {
    std::uint32_t sent = 0;
    int failure = 0;
    REQUIRE(sender.send(from.fd(), all.data(), static_cast<std::uint32_t>(all.size()), sent,
                        failure) == TACTUS_OK);
    return sent;
}

std::uint32_t send(pair& over, const std::vector<std::string>& texts) {
    std::vector<tactus_datagram> all;
    for (const std::string& each : texts) {
        all.push_back(datagram_of(each));
    }
    return send(over.sender, over.from, all);
}

// So many, each of that size and with a number in front.
std::vector<std::string> numbered(int count, std::size_t size) {
    std::vector<std::string> all;
    for (int i = 0; i < count; ++i) {
        std::string text = std::to_string(i) + " ";
        text.resize(size, 'x');
        all.push_back(std::move(text));
    }
    return all;
}

} // namespace

TEST_CASE("datagrams of one size arrive as they are, in order") {
    const sa_family_t family = GENERATE(sa_family_t{AF_INET}, sa_family_t{AF_INET6});
    const int count = GENERATE(1, 2, 63, 64, 65, 150);
    pair over(family);
    const std::vector<std::string> texts = numbered(count, 40);

    REQUIRE(send(over, texts) == static_cast<std::uint32_t>(count));

    REQUIRE(over.to.received() == texts);
    REQUIRE(over.sender.is_segmenting());
}

TEST_CASE("datagrams of any sizes arrive as they are, in order") {
    const unsigned seed = GENERATE(1U, 2U, 3U, 4U, 5U);
    CAPTURE(seed);
    std::mt19937 random(seed);
    constexpr std::array<std::size_t, 8> sizes = {0, 1, 40, 40, 44, 1400, 1401, 3000};
    std::vector<std::string> texts;
    while (texts.size() < 60) {
        const std::size_t size = sizes[random() % sizes.size()];
        for (std::size_t run = random() % 6; run > 0; --run) {
            texts.emplace_back(size, static_cast<char>('a' + texts.size() % 26));
        }
    }
    pair over;

    REQUIRE(send(over, texts) == texts.size());

    REQUIRE(over.to.received() == texts);
}

TEST_CASE("a run of one size, and a shorter one behind it, leave as one buffer") {
    pair over;
    over.to.set(SOL_UDP, UDP_GRO); // the receiver is then shown what came together
    std::vector<std::string> texts = numbered(5, 40);
    texts.emplace_back("short");
    texts.emplace_back("longer than the one before it");

    REQUIRE(send(over, texts) == 7);

    const std::vector<std::string> buffers = over.to.received();
    REQUIRE(buffers.size() == 2);
    REQUIRE(buffers[0] ==
            texts[0] + texts[1] + texts[2] + texts[3] + texts[4] + std::string("short"));
    REQUIRE(buffers[1] == texts[6]);
}

TEST_CASE("what could not be carried whole everywhere leaves by itself") {
    pair over;
    over.to.set(SOL_UDP, UDP_GRO);
    const std::vector<std::string> texts = numbered(3, udp_sender::segment_max + 1);

    REQUIRE(send(over, texts) == 3);

    REQUIRE(over.to.received() == texts);
}

TEST_CASE("many long ones fill more than one buffer") {
    pair over;
    const std::vector<std::string> texts = numbered(64, udp_sender::segment_max);

    REQUIRE(send(over, texts) == 64);

    REQUIRE(over.to.received() == texts);
    REQUIRE(over.sender.is_segmenting());
}

TEST_CASE("a buffer goes to one peer") {
    const loopback_socket from;
    const loopback_socket first;
    const loopback_socket second;
    udp_sender sender;
    const std::vector<std::string> texts = numbered(8, 40);
    std::vector<tactus_datagram> all;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        all.push_back(datagram_of(texts[i], (i < 3 || i == 6 ? first : second).address()));
    }

    REQUIRE(send(sender, from, all) == 8);

    REQUIRE(first.received() == std::vector<std::string>{texts[0], texts[1], texts[2], texts[6]});
    REQUIRE(second.received() == std::vector<std::string>{texts[3], texts[4], texts[5], texts[7]});
}

TEST_CASE("where the system refuses to cut, each datagram goes by itself, from then on") {
    pair over;
    over.from.set(SOL_SOCKET, SO_NO_CHECK); // it cuts nothing that has no checksum
    const std::vector<std::string> texts = numbered(100, 40);

    REQUIRE(send(over, texts) == 100);

    REQUIRE_FALSE(over.sender.is_segmenting());
    REQUIRE(over.to.received() == texts);
    REQUIRE(send(over, texts) == 100);
    REQUIRE(over.to.received() == texts);
}

TEST_CASE("a refusal in the middle loses nothing and doubles nothing") {
    pair over;
    over.from.set(SOL_SOCKET, SO_NO_CHECK);
    std::vector<std::string> texts = {"one", "long er"}; // rising sizes: no segments
    for (std::string& each : numbered(10, 40)) {
        texts.push_back(std::move(each));
    }

    REQUIRE(send(over, texts) == 12);

    REQUIRE(over.to.received() == texts);
    REQUIRE_FALSE(over.sender.is_segmenting());
}

TEST_CASE("what the system refuses for itself is not taken for a refusal to cut") {
    pair over;
    std::vector<std::string> texts = numbered(2, 40);
    texts.emplace_back(70'000, 'x');
    std::vector<tactus_datagram> all;
    for (const std::string& each : texts) {
        all.push_back(datagram_of(each));
    }
    std::uint32_t sent = 0;
    int failure = 0;

    REQUIRE(over.sender.send(over.from.fd(), all.data(), 3, sent, failure) == TACTUS_E_IO);

    REQUIRE(sent == 2);
    REQUIRE(failure == EMSGSIZE);
    REQUIRE(over.sender.is_segmenting());
    REQUIRE(over.to.received() == std::vector<std::string>{texts[0], texts[1]});
}
