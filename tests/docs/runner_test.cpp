// SPDX-License-Identifier: MIT
// The runner itself, on documents of the test's: each kind of breach is planted once, and what is
// in order passes.
#include "tests/docs/here.hpp"
#include "tests/support/catch.hpp"

using namespace tactus::docs;

namespace {

constexpr const char* fence = "```";

std::string document(const std::string& language, const std::string& text,
                     const std::string& before = {}) {
    return "# Title\n\n" + before + "\n" + fence + language + "\n" + text + "\n" + fence + "\n";
}

// What is wrong with the one block of a document.
std::string wrong_with(const std::string& text) {
    build_environment environment = here();
    environment.document = blocks_of("planted.md", text);
    REQUIRE(environment.document.size() == 1);
    return run_block(environment.document.front(), environment).wrong;
}

bool says(const std::string& wrong, const std::string& what) {
    INFO(wrong);
    CHECK(wrong.find(what) != std::string::npos);
    return !wrong.empty();
}

} // namespace

TEST_CASE("a block is found at its line, with its language and remark, also in a list") {
    const std::string text = "a\n- b\n\n  <!-- not run: a drawing -->\n  ```text\n   x\n  ```\n";

    const std::vector<block> found = blocks_of("a.md", text);

    REQUIRE(found.size() == 1);
    CHECK(where(found[0]) == "a.md:5");
    CHECK(found[0].language == "text");
    CHECK(found[0].not_run == "a drawing");
    CHECK(found[0].text == " x\n");
}

TEST_CASE("a block without a language, with a strange one or without an end is wrong") {
    CHECK(says(wrong_with(document("", "x")), "no language"));
    CHECK(says(wrong_with(document("yaml", "x: 1")), "\"yaml\""));
    CHECK(says(wrong_with("```sh\ntrue\n"), "no end"));
}

TEST_CASE("text needs a reason, and only text can be left out") {
    CHECK(says(wrong_with(document("text", "+--+")), "not run: REASON"));
    CHECK(wrong_with(document("text", "+--+", "<!-- not run: a drawing -->")).empty());
    CHECK(says(wrong_with(document("sh", "true", "<!-- not run: too long -->")), "only blocks"));
}

TEST_CASE("a block that a lab or a package test runs names it, and ctest gives it the document") {
    const auto wrong = [](const std::string& path, const std::string& language,
                          const std::string& by) {
        const std::string text = document(language, "true", "<!-- run by: " + by + " -->");
        return run_block(blocks_of(path, text).front(), here()).wrong;
    };
    const std::string lab = "tests/lab/cases/";

    CHECK(wrong("packaging/README.md", "sh", lab + "operators.py").empty());
    CHECK(wrong("packaging/README.md", "console", lab + "operators.py").empty());
    CHECK(says(wrong("packaging/README.md", "toml", lab + "operators.py"), "only blocks"));
    CHECK(says(wrong("packaging/README.md", "sh", lab + "nobody.py"), "no case"));
    CHECK(says(wrong("packaging/README.md", "sh", "packaging/run"), "no case"));
    CHECK(says(wrong("packaging/README.md", "sh", lab + "virmidi.py"), "does not give"));
    CHECK(says(wrong("bench/README.md", "sh", lab + "operators.py"), "does not give"));

    const std::string packages = "tests/packaging/";
    CHECK(wrong("sdk/README.md", "console", packages + "plugin_author_test").empty());
    CHECK(says(wrong("sdk/README.md", "console", packages + "nobody_test"), "no case"));
    CHECK(says(wrong("README.md", "console", packages + "plugin_author_test"), "does not give"));
    CHECK(says(wrong("sdk/README.md", "console", packages + "lintian_test"), "does not give"));
}

TEST_CASE("a fragment of a configuration is completed and checked") {
    CHECK(wrong_with(document("toml", "[log]\nlevel = \"debug\"")).empty());
    CHECK(wrong_with(document("toml", "[[output]]\nname = \"a\"\ntype = \"osc\"\n"
                                      "to = \"udp://127.0.0.1:9\""))
              .empty());
    CHECK(wrong_with(document("toml", "[[route]]\nfrom = [\"a\", \"b\"]\nto = \"c\"")).empty());
}

TEST_CASE("a wrong configuration is wrong, with what tactus check says of it") {
    CHECK(says(wrong_with(document("toml", "[log]\nlevel = \"loud\"")), "loud"));
    CHECK(
        says(wrong_with(document("toml", "[[output]]\nname = \"a\"\ntype = \"sitar\"")), "sitar"));
    CHECK(says(wrong_with(document("toml", "[[input]]\nname = \"a\"\ntype = \"memory\"\n"
                                           "[[route]]\nfrom = \"b\"\nto = \"c\"")),
               "\"b\""));
    CHECK(says(wrong_with(document("toml", "[[output")), "error"));
}

TEST_CASE("the output of a command is compared, with ... for any text") {
    CHECK(wrong_with(document("console", "$ echo one; echo two\none\ntwo")).empty());
    CHECK(wrong_with(document("console", "$ seq 9\n1\n...\n8\n9")).empty());
    CHECK(wrong_with(document("console", "$ echo at 12:34 it went\nat ... it ...")).empty());
    CHECK(wrong_with(document("console", "$ x=1\n$ echo \\\n$x\n1")).empty());
    CHECK(says(wrong_with(document("console", "$ echo one\ntwo")), "expected: two"));
    CHECK(says(wrong_with(document("console", "$ echo one; echo two\none")), "not expected: two"));
    CHECK(says(wrong_with(document("console", "$ seq 9\n1\n...\n8")), "not expected: 9"));
    CHECK(says(wrong_with(document("console", "$ seq 3\n1\n...\n5")), "expected: 5"));
    CHECK(says(wrong_with(document("console", "$ echo abc\na...d")), "expected: a...d"));
    CHECK(says(wrong_with(document("console", "echo one")), "begins with a command"));
}

TEST_CASE("a command that fails is wrong unless its output is shown") {
    CHECK(says(wrong_with(document("console", "$ false")), "ends with 1"));
    CHECK(wrong_with(document("console", "$ echo no; false\nno")).empty());
    CHECK(says(wrong_with(document("console", "$ exit 3\n$ echo one\none")), "did not come"));
}

TEST_CASE("a script runs in a copy of the repository, and its first failure ends it") {
    CHECK(wrong_with(document("sh", "tactus check config/demo.toml\ntest ! -e build")).empty());
    CHECK(says(wrong_with(document("sh", "false\ntrue")), "ends with 1"));
    CHECK(says(wrong_with(document("sh", "tactus check config/none.toml")), "ends with 78"));
}

TEST_CASE("a daemon runs beside a block where the document says so") {
    const std::string text = "curl -fsS http://127.0.0.1:9464/livez";

    CHECK(wrong_with(document("sh", text, "<!-- while: tactus run config/demo.toml -->")).empty());
    CHECK_FALSE(wrong_with(document("sh", text)).empty());
    CHECK_FALSE(wrong_with(document("sh", text, "<!-- while: tactus run x.toml -->")).empty());
}

TEST_CASE("a configuration with a name stands under it for the commands of its document") {
    build_environment environment = here();
    environment.document =
        blocks_of("a.md", document("toml", "# mine.toml\n[log]\nlevel = \"error\"") +
                              document("sh", "tactus check mine.toml"));

    CHECK(run_block(environment.document[1], environment).wrong.empty());
}

TEST_CASE("commands that cannot be run must be there and know what they are given") {
    CHECK(wrong_with(document("sh", "sudo apt-get install jackd2 g++")).empty());
    CHECK(wrong_with(document("sh", "cmake --workflow --preset dev # all of it")).empty());
    CHECK(wrong_with(document("sh", "packaging/test asan && .ci/run")).empty());
    CHECK(wrong_with(document("sh", "jackd -r -d dummy &")).empty());
    CHECK(says(wrong_with(document("sh", "apt-get install no-such-thing-9")), "no-such-thing-9"));
    CHECK(says(wrong_with(document("sh", "cmake --workflow --preset evening")), "evening"));
    CHECK(says(wrong_with(document("sh", "cmake -S sdk/none -B build")), "sdk/none"));
    CHECK(says(wrong_with(document("sh", "packaging/test evening")), "evening"));
    CHECK(says(wrong_with(document("sh", "packaging/run --evening")), "--evening"));
    CHECK(says(wrong_with(document("sh", "git clone x y\npackaging/none")), "packaging/none"));
    CHECK(says(wrong_with(document("sh", "jackd --evening -d dummy")), "--evening"));
    CHECK(says(wrong_with(document("console", "$ packaging/test dev\nAll is well")),
               "nothing can check"));
}

TEST_CASE("C and C++ are quoted from the example or compile") {
    CHECK(
        wrong_with(document("c", "int f(const tactus_event* e) { return (int)e->size; }")).empty());
    CHECK(says(wrong_with(document("c", "int f(void) { return nothing; }")), "nothing"));
    CHECK(says(wrong_with(document("cpp", "tactus::no_such_type x;")), "no_such_type"));
}

TEST_CASE("CMake, JSON and ini are read") {
    CHECK(wrong_with(document("cmake", "project(my_transports LANGUAGES CXX)")).empty());
    CHECK(says(wrong_with(document("cmake", "no_such_command(x)")), "no_such_command"));
    CHECK(wrong_with(document("json", "{\"a\": [1, null]}")).empty());
    CHECK(says(wrong_with(document("json", "{\"a\": [1,}")), "JSON"));
    CHECK(wrong_with(document("ini", "[Unit]\nAfter=sound.target\n# and so on")).empty());
    CHECK(says(wrong_with(document("ini", "[Unit\nAfter")), "[Unit"));
}
