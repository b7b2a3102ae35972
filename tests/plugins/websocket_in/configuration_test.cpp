// SPDX-License-Identifier: MIT
#include "tests/plugins/websocket_in/browser.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

#include <filesystem>
#include <fstream>

using namespace tactus::testing;
using websocket_in::testing::request_head;
using plugin = websocket_in::testing::websocket_in;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// A token's file with that mode.
std::string token_file(const tactus::test::temp_dir& folder, const std::string& text,
                       std::filesystem::perms mode = std::filesystem::perms::owner_read) {
    const std::filesystem::path path = std::filesystem::path(folder.path()) / "token";
    std::ofstream(path) << text;
    std::filesystem::permissions(path, mode);
    return path.string();
}

} // namespace

TEST_CASE("an address that the network can reach needs a token, a list or open = true") {
    const auto url = GENERATE(as<std::string>(), "tcp://0.0.0.0:8080", "tcp://192.168.0.7:8080",
                              "tcp://[::]:8080");
    plugin made;
    made.config.set("listen", "\"" + url + "\"");
    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "listen");
    CHECK(made.host.error_text ==
          "\"" + url +
              "\" can be reached from the network, but this input accepts everyone; ask for a "
              "token with token_file, list those who may connect in allow, or say open = true.");

    const tactus::test::temp_dir folder;
    SECTION("token_file") {
        made.config.set("token_file", "\"" + token_file(folder, "correct-horse-battery") + "\"");
    }
    SECTION("allow") {
        made.config.add("allow", "\"192.168.0.0/16\"");
    }
    SECTION("open") {
        made.config.set("open", "true");
    }
    CHECK(made.configure() == TACTUS_OK);
}

TEST_CASE("what is no network cannot be allowed") {
    const auto entry = GENERATE(as<std::string>(), "localhost", "10.0.0.0/33", "::/129", "",
                                std::string("127.0.0.1\0x", 11));
    plugin made;
    made.config.add("allow", "\"127.0.0.1\"").add("allow", "\"" + entry + "\"");

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "allow");
}

TEST_CASE("a name is no address to listen on") {
    plugin made;
    made.config.set("listen", "\"tcp://localhost:8080\"");

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(has(made.host.error_text, "write \"tcp://127.0.0.1:8080\" for IPv4, "
                                    "\"tcp://[::1]:8080\" for IPv6"));
}

TEST_CASE("an origin that can never match is an error") {
    const auto origin = GENERATE(as<std::string>(), "strudel.cc", "https://strudel.cc/", "*",
                                 "https://*.strudel.cc", "null");
    plugin made;
    made.config.add("origins", "\"" + origin + "\"");

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "origins");
}

TEST_CASE("listed origins and hosts are heard") {
    plugin made;
    made.config.add("origins", "\"https://strudel.cc\"").add("hosts", "\"stage.local\"");
    made.start();
    std::string request = request_head + "Origin: https://strudel.cc\r\n\r\n";
    request.replace(request.find("localhost:8080"), 14, "stage.local:80");

    CHECK(made.ask(request).text().starts_with("HTTP/1.1 101 "));
}

TEST_CASE("a token's file that others may read, or that holds none, is an error") {
    using std::filesystem::perms;
    struct wrong_file {
        std::string text;
        perms mode;
        std::string said;
    };
    const auto one = GENERATE(values<wrong_file>({
        {"correct-horse-battery", perms::owner_read | perms::group_read, "chmod 600"},
        {"correct-horse-battery", perms::owner_read | perms::others_read, "chmod 600"},
        {"short", perms::owner_read, "no token"},
        {"", perms::owner_read, "no token"},
        {"correct horse battery", perms::owner_read, "no token"},
    }));
    const tactus::test::temp_dir folder;
    plugin made;
    made.config.set("token_file", "\"" + token_file(folder, one.text, one.mode) + "\"");

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "token_file");
    CHECK(has(made.host.error_text, one.said));
}

TEST_CASE("a token's file that is not there is an error") {
    plugin made;
    made.config.set("token_file", "\"/nowhere/token\"");

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "token_file");
    CHECK(has(made.host.error_text, "No such file"));
}

TEST_CASE("it listens on several endpoints, and is called by the address of each") {
    plugin made;
    made.config.unset("listen")
        .add("listen", "\"tcp://127.0.0.1:8080\"")
        .add("listen", "\"tcp://[::1]:8080\"");
    REQUIRE(made.start() == TACTUS_OK);
    const auto ask = [&](const std::string& at, const std::string& host) {
        test_stream& client = made.host.connect_to(at);
        std::string request = request_head + "\r\n";
        request.replace(request.find("localhost:8080"), 14, host);
        made.host.feed(client, request);
        made.host.settle();
        return client.text().substr(0, 12);
    };

    CHECK(made.host.ports.size() == 2);
    CHECK(ask("tcp://127.0.0.1:8080", "127.0.0.1:8080") == "HTTP/1.1 101");
    CHECK(ask("tcp://[::1]:8080", "[::1]:8080") == "HTTP/1.1 101");
    CHECK(ask("tcp://[::1]:8080", "127.0.0.1:8080") == "HTTP/1.1 403");
}

TEST_CASE("each of several endpoints is checked, and none may stand twice") {
    const auto other = GENERATE(as<std::string>(), "tcp://0.0.0.0:8080", "tcp://localhost:8080",
                                "tcp://127.0.0.1:8080");
    plugin made;
    made.config.unset("listen")
        .add("listen", "\"tcp://127.0.0.1:8080\"")
        .add("listen", "\"" + other + "\"");

    CHECK(made.configure() == TACTUS_E_CONFIG);
    CHECK(made.host.error_key == "listen");
}
