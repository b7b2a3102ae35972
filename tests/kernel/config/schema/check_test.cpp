// SPDX-License-Identifier: MIT
// What the golden files cannot show: secrets, and that a check goes on after an error.
#include "tests/kernel/config/plugins.hpp"
#include "tests/support/catch.hpp"

#include "kernel/config/schema/check.hpp"

namespace tactus::config::test {
namespace {

TEST_CASE("a secret is neither in messages nor in the text that is kept") {
    small_file file;
    file.output = "tls = { cert = \"c\", password = \"hunter2\" }\nunknown = 1\n";

    const auto outcome = load_text(file.text(), "x", plugins());

    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().sources[0].text.find("hunter2") == std::string::npos);
    CHECK(outcome.error().sources[0].text.find("password = *********") != std::string::npos);
    CHECK(render(outcome.error().found, outcome.error().sources, "x").find("hunter2") ==
          std::string::npos);
}

TEST_CASE("a secret over several lines is hidden as a whole, its line breaks kept") {
    small_file file;
    file.output = "[output.tls]\ncert = \"c\"\npassword = \"\"\"hunter\n\u00fcber2\"\"\"\n";

    const auto outcome = load_text(file.text(), "x", plugins());

    REQUIRE(outcome.has_value());
    CHECK(outcome->sources[0].text.find("hunter") == std::string::npos);
    CHECK(outcome->sources[0].text.find("ber2") == std::string::npos);
    CHECK(outcome->sources[0].text.find("*********\n********\n") != std::string::npos);
}

TEST_CASE("a secret still reaches its plugin") {
    small_file file;
    file.output = "tls = { cert = \"c\", password = \"hunter2\" }\n";

    const auto outcome = load_text(file.text(), "x", plugins());

    REQUIRE(outcome.has_value());
    const values* const tls = outcome->settings.outputs.at(0).options.table("tls");
    REQUIRE(tls != nullptr);
    CHECK(tls->text("password") == "hunter2");
}

TEST_CASE("a table written as a section of its own is the same as an inline one") {
    small_file inline_file;
    inline_file.output = "queue = { pending = 64 }\n";
    small_file section_file;
    section_file.output = "[output.queue]\npending = 64\n";

    const auto a = load_text(inline_file.text(), "x", plugins());
    const auto b = load_text(section_file.text(), "x", plugins());

    REQUIRE(a.has_value());
    REQUIRE(b.has_value());
    CHECK(a->settings.outputs.at(0).pending == 64);
    CHECK(b->settings.outputs.at(0).pending == 64);
}

TEST_CASE("every error of a table is found, one each") {
    const std::string text = "port = 1\napi = 2\nchannels = [0, 1, 17]\ngain = 9.0\nsysex = 0\n"
                             "extra = 1\n";
    std::vector<source_text> sources{{"x", text}};
    std::vector<diagnostic> found;
    const auto root = parse_document(text);
    REQUIRE(root.has_value());
    values out;
    const schema_part part{option_table::of(midi()), &out};

    checker(sources, found).check(*root, {1, 1}, {{&part, 1}, {}, "test"});

    CHECK(found.size() == 7);
    CHECK(out.all("channels").size() == 1);
}

} // namespace
} // namespace tactus::config::test
