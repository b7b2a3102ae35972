// SPDX-License-Identifier: MIT
// `as` where it makes OSC: addresses from templates, arguments of each type, what does not fit.
#include "kernel/flow/route/translate/osc_maker.hpp"
#include "kernel/flow/route/translate/translation.hpp"
#include "tests/kernel/flow/route/translate/scope_case.hpp"

using namespace tactus::flow;
using namespace tactus::flow::test;
using wire::operator+;

namespace {

osc_maker plan_of(std::string_view address, std::initializer_list<const char*> arguments) {
    osc_maker plan;
    if (!address.empty()) {
        auto made = address_template::compile(address);
        REQUIRE(made.has_value());
        plan.address = std::move(*made);
    }
    plan.arguments.emplace();
    for (const char* const each : arguments) {
        osc_maker::argument one;
        if (std::string_view(each) != "$@") {
            one.computed = compiled(each);
        }
        plan.arguments->push_back(std::move(one));
    }
    return plan;
}

made_event make(const osc_maker& plan, const event_scope& from, wire::bytes& out) {
    const made_event event = plan.make(from, out);
    out.resize(event.size);
    return event;
}

wire::bytes bytes_of(const osc_maker& plan, const event_scope& from) {
    wire::bytes out(4096);
    const made_event event = make(plan, from, out);
    INFO(text_of(event));
    REQUIRE(event.why == fault::none);
    return out;
}

std::string fault_of(const osc_maker& plan, const event_scope& from, std::size_t room = 4096) {
    wire::bytes out(room);
    return text_of(make(plan, from, out));
}

// The address, or what is wrong with it.
std::string address_of(std::string_view text, const event_scope& from, std::size_t room = 512) {
    const auto made = address_template::compile(text);
    INFO(text);
    REQUIRE(made.has_value());
    std::string out(room, '\0');
    const made_event event = made->write(from, out);
    return event.why == fault::none ? out.substr(0, event.size) : text_of(event);
}

std::string refusal_of(std::string_view text) {
    const auto made = address_template::compile(text);
    return made.has_value() ? ""
                            : std::to_string(made.error().offset) + ": " + made.error().message;
}

// "bd" 0.5 7 "a b" "" "/x"
const wire::bytes message = wire::raw("/in\0,sfisss") + wire::raw("bd\0") + float32(0.5F) +
                            wire::big_endian(7, 4) + wire::raw("a b") + wire::raw("\0\0\0") +
                            wire::raw("/x\0");

} // namespace

TEST_CASE("an address is put together from texts, variables and expressions") {
    const osc_scope from(message);
    CHECK(address_of("/x", from) == "/x");
    CHECK(address_of("/x/$1", from) == "/x/bd");
    CHECK(address_of("/$1/y", from) == "/bd/y");
    CHECK(address_of("/$1$3", from) == "/bd7");
    CHECK(address_of("/x${$3 + 1}y", from) == "/x8y");
    CHECK(address_of("/${$2}", from) == "/0.5");
    CHECK(address_of("/$2", from) == "/0.5");
    CHECK(address_of("/${$2 * 2}", from) == "/1");
    CHECK(address_of("/${$3 / 2}", from) == "/3.5");
    CHECK(address_of("/${-$3}", from) == "/-7");
    CHECK(address_of("/${1 == 1}", from) == "/1");
    CHECK(address_of("$6", from) == "/x");
    CHECK(address_of("$address/y", from) == "/in/y");
    CHECK(address_of("/a$5", from) == "/a");
}

TEST_CASE("numbers stand in an address as short as they are exact") {
    const event_scope from;
    CHECK(address_of("/${0.1}", from) == "/0.1");
    CHECK(address_of("/${1 / 3}", from) == "/0.33333334");
    CHECK(address_of("/${double(1) / 3}", from) == "/0.3333333333333333");
    CHECK(address_of("/${long(9007199254740992.0)}", from) == "/9007199254740992");
    CHECK(address_of("/${0.0}", from) == "/0");
    CHECK(address_of("/${-0.5}", from) == "/-0.5");
    CHECK(address_of("/${1000000.0}", from) == "/1000000");
}

TEST_CASE("what cannot stand in an address makes none") {
    const osc_scope from(message);
    CHECK(address_of("$1", from) == "address: the result is not an OSC address"); // no slash
    CHECK(address_of("$5", from) == "address: the result is not an OSC address"); // nothing
    CHECK(address_of("/$7", from) == "address: the message has no $7");
    CHECK(address_of("/${$3 / 0}", from) == "address: division by zero");
    for (const char* const bad : {"*", "?", "[", "]", "{", "\x7f", "\x1f", "\n"}) {
        CAPTURE(bad);
        CHECK(address_of("/${'x" + std::string(bad) + "'}", from) ==
              "address: the result is not an OSC address");
    }
}

TEST_CASE("a port has its name in an address, with _ for what cannot stand there") {
    event_scope from;
    from.port = "Pad #2/a";
    CHECK(address_of("/$port/x", from) == "/Pad__2_a/x");
    CHECK(address_of("/${$port}", from) == "/Pad__2_a");
}

TEST_CASE("an address ends where there is no more room, and not before") {
    const osc_scope from(message);
    CHECK(address_of("/abc", from, 4) == "/abc");
    CHECK(address_of("/abc", from, 3) == "address: the message becomes too large");
    CHECK(address_of("/$1", from, 3) == "/bd");
    CHECK(address_of("/$1", from, 2) == "address: the message becomes too large");
    CHECK(address_of("/${$3 * 100}", from, 4) == "/700");
    CHECK(address_of("/${$3 * 100}", from, 3) == "address: the message becomes too large");
    CHECK(address_of("/bd$5", from, 3) == "/bd");
}

TEST_CASE("a template is refused where it is wrong") {
    CHECK(refusal_of("x").starts_with("0: an OSC address begins with '/'"));
    CHECK(refusal_of("").starts_with("0: an OSC address begins with '/'"));
    CHECK(refusal_of("/x*").starts_with("2: this character"));
    CHECK(refusal_of("/x\x7f").starts_with("2: this character"));
    CHECK(refusal_of("/x/$").starts_with("3: expected $1, $name, $*1 or ${...} after $"));
    CHECK(refusal_of("/x/$/").starts_with("3: expected $1"));
    CHECK(refusal_of("/x/${1").starts_with("3: this is not closed; expected '}'"));
    CHECK(refusal_of("/x/${1 +}").starts_with("8: the expression is incomplete"));
    CHECK(refusal_of("/x/$0").starts_with("3: arguments are counted"));
    CHECK(refusal_of("/~!") == "");
}

TEST_CASE("a template is as long, and of as many pieces, as it says") {
    const std::string most = "/" + std::string(address_template::size_max - 1, 'x');
    CHECK(refusal_of(most) == "");
    CHECK(refusal_of(most + "x").find("expected at most 512 characters") != std::string::npos);
    std::string pieces = "/";
    for (std::size_t i = 1; i < address_template::pieces_max; ++i) {
        pieces += "$1";
    }
    CHECK(refusal_of(pieces) == "");
    CHECK(refusal_of(pieces + "$1").find("too many parts") != std::string::npos);
}

TEST_CASE("arguments have the type that was computed, or came") {
    const osc_scope from(message);
    CHECK(
        bytes_of(plan_of("/o", {"1", "long(2)", "0.5", "double(0.25)", "1 == 1", "1 == 2", "'t'"}),
                 from) == wire::raw("/o\0\0,ihfdTFs\0\0\0") + wire::big_endian(1, 4) +
                              wire::big_endian(2, 8) + float32(0.5F) + float64(0.25) +
                              wire::raw("t\0\0"));
    CHECK(bytes_of(plan_of("/o", {"$2", "$1", "$3", "-$3"}), from) ==
          wire::raw("/o\0\0,fsii\0\0") + float32(0.5F) + wire::raw("bd\0") +
              wire::big_endian(7, 4) + wire::big_endian(0xFFFFFFF9, 4));
    CHECK(bytes_of(plan_of("/o", {"long(-2147483648.0) - 1"}), from) ==
          wire::raw("/o\0\0,h\0") + wire::big_endian(0xFFFFFFFF7FFFFFFF, 8));
    CHECK(bytes_of(plan_of("/o", {}), from) == wire::raw("/o\0\0,\0\0"));
}

TEST_CASE("all arguments that came stand where they are asked for, as often as asked") {
    const osc_scope from(wire::raw("/in\0,iT") + wire::big_endian(7, 4));
    CHECK(bytes_of(plan_of("/o", {"1", "$@", "2", "$@"}), from) ==
          wire::raw("/o\0\0,iiTiiT") + wire::big_endian(1, 4) + wire::big_endian(7, 4) +
              wire::big_endian(2, 4) + wire::big_endian(7, 4));
    const midi_scope midi("92 3C 64");
    CHECK(bytes_of(plan_of("/o", {"$@", "'x'"}), midi) ==
          wire::raw("/o\0\0,iiis\0\0") + wire::big_endian(3, 4) + wire::big_endian(60, 4) +
              wire::big_endian(100, 4) + wire::raw("x\0\0"));
}

TEST_CASE("without args all stay, without an address that stays") {
    const osc_scope from(message);
    osc_maker plan = plan_of("/o", {});
    plan.arguments.reset();
    wire::bytes wanted = message;
    wanted[1] = 'o';
    wanted[2] = 0;
    CHECK(bytes_of(plan, from) == wanted);
    CHECK(bytes_of(plan_of("", {"1"}), from) == wire::raw("/in\0,i\0") + wire::big_endian(1, 4));
    const midi_scope midi("92 3C 64");
    CHECK(fault_of(plan_of("", {"1"}), midi) == "address: the result is not an OSC address");
}

TEST_CASE("an argument that cannot be computed is named") {
    const osc_scope from(message);
    CHECK(fault_of(plan_of("/o", {"1", "$9"}), from) == "args: the message has no $9");
    CHECK(fault_of(plan_of("/o", {"$1 * 2"}), from) ==
          "args: $1 cannot be used here, because it has another type");
    CHECK(fault_of(plan_of("/$9", {"$8"}), from) == "address: the message has no $9");
}

TEST_CASE("a message ends where there is no more room, and not before") {
    const osc_scope from(message);
    const osc_maker plan = plan_of("/o", {"1", "$1"});
    CHECK(fault_of(plan, from, 16) == "");
    CHECK(fault_of(plan, from, 15) == "args: the message becomes too large");
}

TEST_CASE("what is captured is known of the address and of each argument") {
    const auto highest = [](const osc_maker& plan) { return translation{plan}.captures(); };
    CHECK(highest(plan_of("/o", {"$1"})) == 0);
    CHECK(highest(plan_of("/$*2/$*1", {"$*1"})) == 2);
    CHECK(highest(plan_of("/o", {"1", "$*3", "$@", "$*1"})) == 3);
    CHECK_FALSE(translation{plan_of("/o", {})}.makes_midi());
    CHECK_FALSE(translation{plan_of("/o", {})}.has_length());
}
