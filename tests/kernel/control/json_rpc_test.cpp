// SPDX-License-Identifier: MIT
#include "kernel/control/json_rpc.hpp"
#include "tests/support/catch.hpp"

#include <string>

using namespace tactus;
using namespace tactus::control;

namespace {

result<request, refused_request> read(std::string_view line) {
    request_reader reader;
    return reader.read(line);
}

// The code and the id that the answer would have.
std::string refusal(std::string_view line) {
    const auto answer = read(line);
    return answer ? "not refused"
                  : std::to_string(static_cast<int>(answer.error().why.code)) + " " +
                        answer.error().id;
}

} // namespace

TEST_CASE("a request has a method, parameters by name, and an id") {
    const auto asked = read(R"({"jsonrpc":"2.0","id":7,"method":"mute",)"
                            R"("params":{"output":"synth","on":true,"after":1.5,"times":3}})");

    REQUIRE(asked);
    CHECK(asked->method == "mute");
    CHECK(asked->id == "7");
    CHECK(asked->with.text("output")->value() == "synth");
    CHECK(asked->with.flag("on")->value());
    CHECK(asked->with.number("after")->value() == 1.5);
    CHECK(asked->with.number("times")->value() == 3.0);
}

TEST_CASE("a request may say until when it is meant") {
    CHECK(read(R"({"jsonrpc":"2.0","method":"a","expires":12})")->expires_s == 12.0);
    CHECK(read(R"({"jsonrpc":"2.0","method":"a","expires":1.5})")->expires_s == 1.5);
    CHECK_FALSE(read(R"({"jsonrpc":"2.0","method":"a"})")->expires_s.has_value());
    CHECK(refusal(R"({"jsonrpc":"2.0","method":"a","expires":"soon","id":2})") == "-32600 2");
}

TEST_CASE("an id is answered as it was written") {
    CHECK(read(R"({"jsonrpc":"2.0","method":"a","id":"x \"y\""})")->id == R"("x \"y\"")");
    CHECK(read(R"({"jsonrpc":"2.0","method":"a","id":null})")->id == "null");
    CHECK(read(R"({"jsonrpc":"2.0","method":"a","id":-1.5})")->id == "-1.5");
    CHECK(read(R"({"jsonrpc":"2.0","method":"a"})")->id.empty());
}

TEST_CASE("members that nobody knows are ignored") {
    const auto asked =
        read(R"({"jsonrpc":"2.0","method":"a","of":[1],"params":{"b":{"c":1},"d":[]},"id":1})");

    REQUIRE(asked);
    CHECK_FALSE(asked->with.text("nothing")->has_value());
}

TEST_CASE("a parameter of another type is an error that names it") {
    const auto asked = read(R"({"jsonrpc":"2.0","method":"a","params":)"
                            R"({"n":1,"t":"x","list":[1],"none":null}})");
    REQUIRE(asked);

    CHECK(asked->with.text("n").error().text == "The parameter \"n\" must be a text.");
    CHECK(asked->with.flag("t").error().text == "The parameter \"t\" must be true or false.");
    CHECK(asked->with.number("t").error().text == "The parameter \"t\" must be a number.");
    CHECK_FALSE(asked->with.text("list"));
    CHECK_FALSE(asked->with.number("list"));
    CHECK_FALSE(asked->with.flag("list"));
    CHECK_FALSE(asked->with.text("none")->has_value());
}

TEST_CASE("what is no request is refused as JSON-RPC says") {
    CHECK(refusal("hello") == "-32700 null");
    CHECK(refusal("") == "-32700 null");
    CHECK(refusal("{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"id\":\"\xff\"}") == "-32700 null");
    CHECK(refusal("[]") == "-32600 null");
    CHECK(refusal(R"([{"jsonrpc":"2.0","method":"a","id":1}])") == "-32600 null");
    CHECK(refusal("17") == "-32600 null");
    CHECK(refusal(R"({"method":"a","id":1})") == "-32600 1");
    CHECK(refusal(R"({"jsonrpc":"1.0","method":"a","id":1})") == "-32600 1");
    CHECK(refusal(R"({"jsonrpc":"2.0","id":"q"})") == "-32600 \"q\"");
    CHECK(refusal(R"({"jsonrpc":"2.0","method":1,"id":2})") == "-32600 2");
    CHECK(refusal(R"({"jsonrpc":"2.0","method":"a","id":{}})") == "-32600 null");
    CHECK(refusal(R"({"jsonrpc":"2.0","method":"a","id":3,"params":["x"]})") == "-32602 3");
}

TEST_CASE("a request of the greatest size is read, and one byte more is refused") {
    const std::string begin = R"({"jsonrpc":"2.0","method":"a","id":1,"x":")";
    const std::string longest =
        begin + std::string(request_size_max - begin.size() - 2, 'x') + "\"}";

    CHECK(longest.size() == request_size_max);
    CHECK(read(longest).has_value());
    CHECK(refusal(longest + " ") == "-32600 null");
}

TEST_CASE("deep nesting is refused, not followed") {
    const std::string deep = std::string(30'000, '[') + std::string(30'000, ']');

    CHECK(refusal(deep) == "-32700 null");
    CHECK(refusal(R"({"jsonrpc":"2.0","method":"a","id":1,"params":{"x":)" + deep + "}}") ==
          "-32700 null");
}

TEST_CASE("answers are one line each") {
    CHECK(write_result("{\"a\":1}", "\"x\"") ==
          "{\"jsonrpc\":\"2.0\",\"result\":{\"a\":1},\"id\":\"x\"}\n");
    CHECK(write_error({rpc_code::failed, "It said \"no\"\nand more."}, "null") ==
          "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32000,\"message\":"
          "\"It said \\\"no\\\"\\nand more.\"},\"id\":null}\n");
}

TEST_CASE("an error may have data for programs, which a client gets as JSON") {
    rpc_error why(rpc_code::failed, "No.");
    why.details = "{\"errors\":[1,2]}";

    const std::string line = write_error(why, "7");
    CHECK(line == "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32000,\"message\":\"No.\","
                  "\"data\":{\"errors\":[1,2]}},\"id\":7}\n");
    const auto read = read_response(line);
    REQUIRE_FALSE(read);
    CHECK(read.error().message == "No.");
    CHECK(read.error().details == "{\"errors\":[1,2]}");
}
