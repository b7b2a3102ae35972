// SPDX-License-Identifier: MIT
// One table of texts, asked of all that read endpoints: the configuration, the daemon's sockets,
// the test host, the SDK's class and its check of defaults. They agree, except where a row says
// why not.
#include "kernel/config/endpoint.hpp"
#include "kernel/net/stream_address.hpp"
#include "kernel/net/udp_options.hpp"
#include "tests/support/catch.hpp"
#include <tactus/cpp/default_check.hpp>
#include <tactus/cpp/endpoint.hpp>
#include <tactus/cpp/http_authority.hpp>
#include <tactus/testhost/host.hpp>

#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

using namespace std::string_literals;

namespace {

enum class verdict {
    address,
    name,
    path,
    none,
    // One differs from the others, because of:
    unknown_interface, // only a socket asks whether this machine has the interface
    without_interface, // the configuration wants to have it; a plugin may learn it from elsewhere
};
using enum verdict;

struct row {
    std::string text; // without its scheme, if it is host and port
    verdict is;
};

const std::vector<row> hosts = {
    {"127.0.0.1:9000", address},
    {"127.0.0.1:0", address},
    {"127.0.0.1:65535", address},
    {"127.0.0.1:00080", address},
    {"127.0.0.1:0000000080", address},
    {"0.0.0.0:9000", address},
    {"255.255.255.255:9000", address},
    {"[::]:9000", address},
    {"[::1]:9000", address},
    {"[::1%lo]:9000", address},
    {"[2001:db8::1]:9000", address},
    {"[1:2:3:4:5:6:7:8]:9000", address},
    {"[::ffff:127.0.0.1]:9000", address},
    {"[fe80::1%lo]:9000", address},
    {"[fe80::1%1]:9000", address},
    {"[ff02::1%lo]:9000", address},
    {"[ff02::1]:9000", address},
    {"[fe80::1%nosuch0]:9000", unknown_interface},
    {"[fe80::1%987654321]:9000", unknown_interface},
    {"[::1%nosuch0]:9000", unknown_interface},
    {"[fe80::1]:9000", without_interface},
    {"desk:9000", name},
    {"localhost:9000", name},
    {"desk-1.lan:9000", name},
    {"my_desk.lan.:9000", name},
    {"10.in-addr.arpa:9000", name},
    {std::string(253, 'x') + ":9000", name},
    {"", none},
    {":", none},
    {":9000", none},
    {"*:9000", none},
    {"desk", none},
    {"desk:", none},
    {"desk:http", none},
    {"desk:-1", none},
    {"desk:+1", none},
    {"desk: 1", none},
    {"desk:9000 ", none},
    {"desk:9000/", none},
    {"desk:65536", none},
    {"desk:4294967297", none},
    {"desk:99999999999999999999999", none},
    {"-desk:9000", none},
    {".desk:9000", none},
    {"de..sk:9000", none},
    {"de sk:9000", none},
    {"user@desk:9000", none},
    {"d\xc3\xa9sk:9000", none},
    {"udp://desk:9000", none},
    {std::string(254, 'x') + ":9000", none},
    {"1.2.3:9000", none},
    {"127.1:9000", none},
    {"1.2.3.256:9000", none},
    {"127.0.0.1%lo:9000", none},
    {"127.0.0.1\0x:9000"s, none},
    {"127.0.0.1:9000\0"s, none},
    {"::1:9000", none},
    {"fe80::1%lo:9000", none},
    {"[::1]", none},
    {"[::1]:", none},
    {"[::1]9000", none},
    {"[::1]x:9000", none},
    {"[::1]:x:9000", none},
    {"[::1:9000", none},
    {"[::1x]:9000", none},
    {"[::1\0x]:9000"s, none},
    {"[]:9000", none},
    {"[:9000", none},
    {"[127.0.0.1]:9000", none},
    {"[desk]:9000", none},
    {"[[::1]]:9000", none},
    {"[fe80::1%]:9000", none},
    {"[fe80::1%a b]:9000", none},
    {"[fe80::1%a/b]:9000", none},
    {"[fe80::1%lo%lo]:9000", none},
    {"[fe80::1%sixteen-letters-]:9000", none},
};

const std::vector<row> paths = {
    {"/run/x.sock", path},
    {"/run/a:9000", path},
    {"/" + std::string(106, 'x'), path},
    {"/" + std::string(107, 'x'), none},
    {"/run/\0x"s, none},
    {"run/x.sock", none},
    {"", none},
    {"desk:9000", none},
};

verdict from(bool is_path, bool is_numeric) {
    return is_path ? path : is_numeric ? address : name;
}

verdict by_config(const std::string& text) {
    static constexpr std::array<std::string_view, 4> schemes = {"tcp", "udp", "unix", "unixgram"};
    const auto read = tactus::config::parse_endpoint(text, schemes);
    return read ? from(!read->path.empty(), tactus::config::is_numeric_address(read->host)) : none;
}

verdict by_sockets(const std::string& text) {
    using namespace tactus::net;
    if (text.starts_with("unixgram:")) {
        return parse_datagram_endpoint(text).has_value() ? path : none;
    }
    const tactus::result<stream_endpoint> read = parse_stream_endpoint(text);
    if (!read) {
        const bool is_unknown = read.error().kind == tactus::error_kind::not_found;
        return is_unknown ? unknown_interface : none;
    }
    return from(read->by == transport::unix_stream, !read->needs_lookup());
}

tactus_status opened_by_daemon(const std::string& local, const std::string& remote,
                               const std::string& device) {
    const auto opened = tactus::net::open_udp({local, remote, device});
    if (!opened) {
        const bool is_invalid = opened.error().kind == tactus::error_kind::invalid;
        return is_invalid ? TACTUS_E_INVALID : TACTUS_E_IO; // as udp.open_with tells it
    }
    ::close(opened->fd);
    return TACTUS_OK;
}

tactus_str view(const std::string& text) {
    return {text.data(), text.size()};
}

struct ended_op {
    tactus_op op{&ended_op::done, {}}; // the first
    tactus_status status = TACTUS_PENDING;
    std::uint64_t result = 0;

    static void done(tactus_op* op, tactus_status status, std::uint64_t result) noexcept {
        auto& self = *reinterpret_cast<ended_op*>(op);
        self.status = status;
        self.result = result;
    }
};

// Asks as a plugin does: a name is what must be resolved, and an address what is so at once.
verdict by_test_host(const std::string& text) {
    tactus::testing::test_host host;
    host.is_started = true;
    const auto* const streams =
        static_cast<const tactus_stream_0*>(host.raw()->get_interface(host.raw(), TACTUS_STREAM_0));
    ended_op op;
    std::array<tactus_endpoint_text, 1> found{};
    const tactus_status status =
        streams->resolve(host.raw(), &op.op, view(text), found.data(), found.size(), 0);
    host.settle();
    if (status == TACTUS_E_INVALID) {
        return none;
    }
    if (op.status == TACTUS_E_IO && op.result == ENODEV) {
        return unknown_interface;
    }
    return from(text.starts_with("unix"), status != TACTUS_PENDING);
}

tactus_status opened_by_test_host(const std::string& local, const std::string& remote,
                                  const std::string& device) {
    tactus::testing::test_host host;
    host.is_started = true;
    const auto* const udp =
        static_cast<const tactus_udp_0*>(host.raw()->get_interface(host.raw(), TACTUS_UDP_0));
    tactus_udp_options options{};
    options.struct_size = sizeof options;
    options.local = view(local);
    options.remote = view(remote);
    options.device = view(device);
    tactus_id socket = 0;
    const tactus_status status = udp->open_with(host.raw(), &options, &socket);
    CHECK((status == TACTUS_OK) == (host.open_sockets() == 1));
    CHECK((status == TACTUS_OK) == host.error_text.empty()); // a refusal has its reason
    return status;
}

void check_open(const std::string& local, const std::string& remote, const std::string& device) {
    INFO("local " << local << ", remote " << remote << ", device " << device);
    CHECK(opened_by_test_host(local, remote, device) == opened_by_daemon(local, remote, device));
}

verdict by_class(const std::string& text) {
    try {
        const tactus::endpoint read(text, "to");
        return from(read.is_unix(), read.is_numeric());
    } catch (const tactus::config_error&) {
        return none;
    }
}

// Looks at no more than the parts, as it runs in the compiler: an address may be wrong.
bool is_default(const std::string& text) {
    static constexpr std::array<const char*, 5> schemes = {"tcp", "udp", "unix", "unixgram",
                                                           nullptr};
    tactus_option option{};
    option.key = "to";
    option.choices = schemes.data();
    return tactus::detail::is_endpoint(option, text);
}

} // namespace

TEST_CASE("all that read an endpoint with a host say the same of it") {
    for (const row& each : hosts) {
        for (const std::string scheme : {"tcp://", "udp://"}) {
            const std::string text = scheme + each.text;
            INFO(text);
            const bool is_excused = each.is == unknown_interface || each.is == without_interface;
            const verdict usual = is_excused ? address : each.is;
            CHECK(by_config(text) == (each.is == without_interface ? none : usual));
            CHECK(by_sockets(text) == (each.is == unknown_interface ? unknown_interface : usual));
            CHECK(by_test_host(text) == by_sockets(text));
            CHECK(by_class(text) == usual);
            CHECK((usual == none || is_default(text)));
        }
    }
}

TEST_CASE("sockets for datagrams are opened by the same endpoints as in the daemon") {
    std::vector<std::string> texts = {"nonsense", "tcp://127.0.0.1:9", "unix:///run/x.sock"};
    for (const row& each : hosts) {
        const bool is_here = each.is == none || each.is == name || each.is == unknown_interface;
        texts.insert(texts.end(), is_here ? 1 : 0, "udp://" + each.text);
    }
    for (const row& each : paths) {
        texts.insert(texts.end(), each.is == none ? 1 : 0, "unixgram://" + each.text);
    }
    for (const std::string& text : texts) {
        INFO(text);
        check_open(text, "", "");
        check_open("", text, "");
        check_open("udp://127.0.0.1:0", text, "");
        CHECK(opened_by_test_host(text, text, "") != TACTUS_OK);
    }
}

TEST_CASE("sockets for datagrams are opened with the same options as in the daemon") {
    const std::string four = "udp://127.0.0.1:0";
    check_open("", "", "");
    check_open("", "", "lo");
    for (const char* const device : {"", "lo", "127.0.0.1", "1", "nosuch0", "bad device",
                                     "sixteen-letters-", "127.0.0.256", "::1"}) {
        INFO(device);
        check_open(four, "", device);
        check_open("", "udp://127.0.0.1:9", device);
        const std::string of_group = device[0] == '\0' ? "lo" : device; // not by the routing
        check_open("udp://239.255.77.7:0", "", of_group);
        check_open("", "udp://239.255.77.7:9", of_group);
        check_open("udp://[ff12::7ac7%lo]:0", "", device);
    }
    check_open(four, "udp://127.0.0.1:9", "");
    check_open(four, "udp://[::ffff:127.0.0.1]:9", "");
    for (const char* const other : {"unixgram:///run/nosuch.sock", "udp://[::1]:9"}) {
        check_open(four, other, "");
        check_open(other, "udp://127.0.0.1:9", "");
    }
    for (const char* const no_link : {"udp://[fe80::1]:0", "udp://[fe80::1]:9"}) {
        check_open(no_link, "", "");
        check_open("", no_link, "");
    }
}

TEST_CASE("an address of [metrics] is an endpoint without its scheme") {
    for (const row& each : hosts) {
        INFO(each.text);
        const bool is_good = each.is != none && each.is != without_interface;
        CHECK(tactus::config::parse_endpoint(each.text, {}).has_value() == is_good);
    }
}

TEST_CASE("the host of a Host header is that of an endpoint") {
    for (const row& each : hosts) {
        if (each.is == none) {
            continue; // a Host may lack the port, and its name is only compared
        }
        INFO(each.text);
        const auto read = tactus::http_authority::parse(each.text);
        REQUIRE(read.has_value());
        CHECK(read->host == tactus::endpoint("tcp://" + each.text, "to").host());
    }
    for (const char* const bad : {"[127.0.0.1]:80", "[desk]:80", "::1:80", "desk:65536"}) {
        INFO(bad);
        CHECK_FALSE(tactus::http_authority::parse(bad).has_value());
    }
}

TEST_CASE("all that read an endpoint with a path say the same of it") {
    for (const row& each : paths) {
        for (const std::string scheme : {"unix://", "unixgram://"}) {
            const std::string text = scheme + each.text;
            INFO(text);
            CHECK(by_config(text) == each.is);
            CHECK(by_sockets(text) == each.is);
            CHECK(by_class(text) == each.is);
            CHECK(is_default(text) == (each.is == path));
            if (scheme == "unix://") { // no function of a plugin takes the other as text
                CHECK(by_test_host(text) == each.is);
            }
        }
    }
}

TEST_CASE("a text without a scheme of endpoints is none") {
    for (const char* const text : {"", "127.0.0.1:9000", "desk:9000", "/run/x.sock", "unix:/run/x",
                                   "tcp:127.0.0.1:9000", "tcp//desk:9000", "://desk:9000",
                                   "TCP://desk:9000", "http://desk:9000", "sctp://desk:9000"}) {
        INFO(text);
        CHECK(by_config(text) == none);
        CHECK(by_sockets(text) == none);
        CHECK(by_test_host(text) == none);
        CHECK_FALSE(is_default(text));
    }
}

TEST_CASE("a default without a scheme is host and port, where no scheme is taken") {
    tactus_option option{};
    option.key = "to";
    CHECK(tactus::detail::is_endpoint(option, "127.0.0.1:9464"));
    CHECK(tactus::detail::is_endpoint(option, "[::1]:9464"));
    for (const char* const text : {"tcp://127.0.0.1:9464", "::1:9464", "[::1]", "desk", ":9464",
                                   "desk:65536", "/run/x.sock"}) {
        INFO(text);
        CHECK_FALSE(tactus::detail::is_endpoint(option, text));
    }
}
