// SPDX-License-Identifier: MIT
// The view that a plugin gets: every type through every getter.
#include "tests/kernel/config/plugins.hpp"
#include "tests/support/catch.hpp"

#include "kernel/config/schema/check.hpp"

#include <string>

namespace tactus::config::test {
namespace {

values checked(const tactus_descriptor& plugin, const std::string& toml) {
    std::vector<source_text> source{{"x", toml}};
    std::vector<diagnostic> found;
    const auto root = parse_document(toml);
    REQUIRE(root.has_value());
    values out;
    const schema_part part{option_table::of(plugin), &out};
    checker(source, found).check(*root, {1, 1}, {{&part, 1}, {}, "test"});
    INFO(render(found, source, "x"));
    REQUIRE(found.empty());
    return out;
}

std::uint32_t index(const tactus_descriptor& plugin, std::string_view key) {
    const option_table table = option_table::of(plugin);
    REQUIRE(table.index_of(key) < table.size());
    return table.index_of(key);
}

std::int64_t get_int(const tactus_config* view, std::uint32_t option, std::uint32_t at = 0) {
    std::int64_t out = 0;
    REQUIRE(view->get_int(view, option, at, &out) == TACTUS_OK);
    return out;
}

double get_float(const tactus_config* view, std::uint32_t option) {
    double out = 0;
    REQUIRE(view->get_float(view, option, 0, &out) == TACTUS_OK);
    return out;
}

std::string get_str(const tactus_config* view, std::uint32_t option, std::uint32_t at = 0) {
    tactus_str out{};
    REQUIRE(view->get_str(view, option, at, &out) == TACTUS_OK);
    return {out.ptr, out.len};
}

TEST_CASE("a plugin reads what the file says, by index") {
    const values made = checked(midi(), "port = \"USB*\"\napi = \"jack\"\nchannels = [3, 16]\n"
                                        "gain = 2\nsysex = true\n");
    const tactus_config* const view = made.view();

    CHECK(view->struct_size == sizeof(tactus_config));
    CHECK(get_str(view, index(midi(), "port")) == "USB*");
    CHECK(get_str(view, index(midi(), "api")) == "jack");
    CHECK(get_int(view, index(midi(), "api")) == 1);
    CHECK(view->count(view, index(midi(), "channels")) == 2);
    CHECK(get_int(view, index(midi(), "channels"), 1) == 16);
    CHECK(get_float(view, index(midi(), "gain")) == 2.0);
    CHECK(get_int(view, index(midi(), "sysex")) == 1);
}

TEST_CASE("a plugin reads its defaults where the file is silent") {
    const values made = checked(midi(), "port = \"USB*\"\n");
    const tactus_config* const view = made.view();

    CHECK(get_str(view, index(midi(), "api")) == "alsa");
    CHECK(view->count(view, index(midi(), "channels")) == 2);
    CHECK(get_int(view, index(midi(), "channels"), 1) == 2);
    CHECK(get_float(view, index(midi(), "gain")) == 1.0);
}

TEST_CASE("one value without brackets is a list of one") {
    const values made = checked(osc_input(), "listen = \"udp://h:1\"\n");
    const tactus_config* const view = made.view();

    CHECK(view->count(view, index(osc_input(), "listen")) == 1);
    CHECK(get_str(view, index(osc_input(), "listen")) == "udp://h:1");
}

TEST_CASE("durations, sizes and rates arrive as nanoseconds, bytes and numbers a second") {
    const values input = checked(pulse(), "lead = \"5ms\"\nbeat = \"30/m\"\n");
    const values sized = checked(memory(), "capacity = \"2KiB\"\n");
    const values negative = checked(osc_output(), "to = \"udp://h:1\"\noffset = \"-5ms\"\n");

    CHECK(get_int(input.view(), index(pulse(), "lead")) == 5'000'000);
    CHECK(get_float(input.view(), index(pulse(), "beat")) == 0.5);
    CHECK(get_int(sized.view(), index(memory(), "capacity")) == 2048);
    CHECK(get_int(negative.view(), index(osc_output(), "offset")) == -5'000'000);
}

TEST_CASE("tables are views of their own, each with its defaults") {
    const values made = checked(pulse(), "note = [{ key = 60 }, { key = 64, velocity = 1 }]\n");
    const tactus_config* const view = made.view();
    const std::uint32_t note = index(pulse(), "note");

    REQUIRE(view->count(view, note) == 2);
    const tactus_config* const first = view->child(view, note, 0);
    const tactus_config* const second = view->child(view, note, 1);
    REQUIRE(first != nullptr);
    REQUIRE(second != nullptr);
    CHECK(get_int(first, 0) == 60);
    CHECK(get_int(first, 1) == 100);
    CHECK(get_int(first, 2) == 100'000'000);
    CHECK(get_int(second, 1) == 1);
}

TEST_CASE("what is unset has no values and no child") {
    const values made = checked(memory(), "");
    const tactus_config* const view = made.view();
    std::int64_t out = 7;

    CHECK(view->count(view, index(memory(), "tls")) == 0);
    CHECK(view->child(view, index(memory(), "tls"), 0) == nullptr);
    CHECK(view->get_int(view, index(memory(), "tls"), 0, &out) == TACTUS_E_INVALID);
    CHECK(out == 7);
}

TEST_CASE("a getter refuses what does not exist and what is of another type") {
    const values made = checked(midi(), "port = \"USB*\"\n");
    const tactus_config* const view = made.view();
    std::int64_t integer = 0;
    double real = 0;
    tactus_str text{};

    CHECK(view->get_int(view, 99, 0, &integer) == TACTUS_E_INVALID);
    CHECK(view->count(view, 99) == 0);
    CHECK(view->child(view, 99, 0) == nullptr);
    CHECK(view->get_int(view, index(midi(), "channels"), 2, &integer) == TACTUS_E_INVALID);
    CHECK(view->get_int(view, index(midi(), "port"), 0, &integer) == TACTUS_E_INVALID);
    CHECK(view->get_int(view, index(midi(), "gain"), 0, &integer) == TACTUS_E_INVALID);
    CHECK(view->get_float(view, index(midi(), "channels"), 0, &real) == TACTUS_E_INVALID);
    CHECK(view->get_str(view, index(midi(), "sysex"), 0, &text) == TACTUS_E_INVALID);
    CHECK(view->child(view, index(midi(), "port"), 0) == nullptr);
}

TEST_CASE("values without options answer that nothing exists") {
    const values none;
    std::int64_t out = 0;

    CHECK(none.view()->count(none.view(), 0) == 0);
    CHECK(none.view()->get_int(none.view(), 0, 0, &out) == TACTUS_E_INVALID);
}

TEST_CASE("a view stays valid when its values move") {
    values made = checked(midi(), "port = \"USB*\"\n");
    const tactus_config* const view = made.view();
    const values moved = std::move(made);

    CHECK(moved.view() == view);
    CHECK(get_str(view, index(midi(), "port")) == "USB*");
}

TEST_CASE("the same settings are the same wherever they stand") {
    const auto once = [](const char* toml) { return checked(pulse(), toml); };

    CHECK(same(once("beat = \"2/s\"\n"), once("\n\n")));
    CHECK(same(once("note = { key = 1 }\n"), once("note = [{ velocity = 100, key = 1 }]\n")));
    CHECK_FALSE(same(once("beat = \"3/s\"\n"), once("")));
    CHECK_FALSE(same(once("note = { key = 1 }\n"), once("note = { key = 2 }\n")));
    CHECK_FALSE(same(once("note = { key = 1 }\n"), once("note = []\n")));
    CHECK_FALSE(same(checked(memory(), ""), once("")));
}

TEST_CASE("what a plugin says of a key points at its value, however deep") {
    const values made = checked(pulse(), "lead = \"1ms\"\nnote = [{ key = 60 }, { key = 64 }]\n");

    CHECK(at(made, "lead", "too short").where == position{1, 8});
    CHECK(at(made, "lead", "too short").length == 5);
    CHECK(at(made, "lead", "too short").message == "lead: too short");
    CHECK(at(made, "note[1].key", "").where == position{2, 31});
    CHECK(at(made, "note[1]", "").where == position{2, 23});
}

TEST_CASE("what a plugin says of a default, of nothing or of an unknown key points at the table") {
    const values made = checked(pulse(), "\nlead = \"1ms\"\nnote = { key = 60 }\n");

    CHECK(at(made, "beat", "x").where == position{1, 1});
    CHECK(at(made, "", "x").where == position{1, 1});
    CHECK(at(made, "", "x").message == "x");
    CHECK(at(made, "no.such[9999999999999999999999].key", "x").where == position{1, 1});
    CHECK(at(made, "note[7].key", "x").where == position{1, 1});
    CHECK(at(made, "lead[", "x").where == position{2, 8});
}

TEST_CASE("what a plugin says of a list without values points at its key") {
    const values made = checked(pulse(), "lead = \"1ms\"\nnote = []\n");

    CHECK(at(made, "note", "x").where == position{2, 1});
    CHECK(at(made, "note[0].key", "x").where == position{2, 1});
}

TEST_CASE("what a plugin says is said of its instance, with the key, also an unknown one") {
    const values made = checked(pulse(), "lead = \"1ms\"\n");
    const std::string place = place_of(TACTUS_KIND_OUTPUT, "x", "evil");

    CHECK(at(made, "", "too loud", place).message == "output \"x\" (type evil): too loud");
    CHECK(at(made, "colour", "loud", place).message == "output \"x\" (type evil): colour: loud");
}

TEST_CASE("what a plugin says is escaped and cut") {
    const values made = checked(pulse(), "");
    const std::string message = at(made, "a\x1b", std::string(1000, 'x') + "\n").message;

    CHECK(message.starts_with("a\\x1b: xxx"));
    CHECK(message.size() < 500);
}

} // namespace
} // namespace tactus::config::test
