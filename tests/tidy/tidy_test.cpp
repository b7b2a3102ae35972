// SPDX-License-Identifier: MIT
// Each rule against a planted breach: a small tree that is clean, but for one thing.
#include "tests/support/catch.hpp"
#include "tests/tidy/checks.hpp"

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <map>

namespace tidy = tactus::tidy;

namespace {

namespace fs = std::filesystem;

constexpr std::string_view license = "// SPDX-License-Identifier: MIT\n";

class planted_tree {
public:
    planted_tree() {
        const std::string pattern = "tactus-tidy-" + std::string(6, 'X');
        std::string name = (fs::temp_directory_path() / pattern).string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        root_ = name;
        plant("sdk/include/tactus/event.h", "#include <stdint.h>\n");
        plant("sdk/include/tactus/cpp/task.hpp", "#pragma once\n#include <tactus/event.h>\n");
        plant("kernel/base/result.hpp", "#pragma once\n#include <tactus/event.h>\n");
        plant("kernel/flow/route/router.hpp",
              "#pragma once\n#include \"kernel/base/result.hpp\"\n");
        plant("kernel/loop/loop.hpp", "#pragma once\n#include <uv.h>\n");
        plant("kernel/host/host.hpp", "#pragma once\n#include <dlfcn.h>\n#include <vector>\n");
        plant("plugins/osc_out/osc_out.cpp", "#include <lo/lo.h>\n#include <tactus/event.h>\n");
        plant_bare("plugins/osc_out/README.md", "# osc_out\n## Options\n## Addresses\n"
                                                "## Example\n## Limits\n## Known problems\n");
    }
    planted_tree(const planted_tree&) = delete;
    planted_tree& operator=(const planted_tree&) = delete;
    ~planted_tree() { fs::remove_all(root_); }

    // With the license above; what is planted begins in line 2.
    void plant(const std::string& path, std::string_view text) {
        plant_bare(path, std::string(license) + std::string(text));
    }
    void plant_bare(const std::string& path, std::string_view text) {
        fs::create_directories((root_ / path).parent_path());
        std::ofstream(root_ / path, std::ios::binary) << text;
    }

    // Each breach as path:line: rule.
    [[nodiscard]] std::vector<std::string> check(std::string_view exceptions = "") const {
        std::string why;
        std::ifstream stream(fs::path(TACTUS_TREE) / "tests/tidy/floors.txt");
        const auto table =
            tidy::parse_layer_rules(std::string{std::istreambuf_iterator<char>(stream), {}}, why);
        const auto excused = tidy::parse_exceptions(exceptions, why);
        INFO(why);
        REQUIRE((table.has_value() && excused.has_value()));
        std::vector<std::string> found;
        for (const tidy::breach& each : tidy::check(root_, *table, *excused)) {
            const std::string text = to_string(each);
            found.push_back(text.substr(0, text.size() - each.text.size() - 2));
        }
        return found;
    }

    [[nodiscard]] const fs::path& root() const noexcept { return root_; }

private:
    fs::path root_;
};

using breaches = std::vector<std::string>;

// What is found in one more file.
breaches plant_and_check(const std::string& path, std::string_view text) {
    planted_tree tree;
    tree.plant(path, text);
    return tree.check();
}

std::string repeat(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) {
        all += text;
    }
    return all;
}

} // namespace

TEST_CASE("a clean tree has no breach") {
    REQUIRE(planted_tree().check().empty());
}

TEST_CASE("a floor that includes a higher one is found") {
    REQUIRE(plant_and_check("kernel/base/log.cpp", "#include \"kernel/flow/route/router.hpp\"\n") ==
            breaches{"kernel/base/log.cpp:2: floor"});
}

TEST_CASE("a wall that includes its neighbour is found") {
    REQUIRE(plant_and_check("kernel/host/a.cpp", "\n#  include \"kernel/loop/loop.hpp\"\n") ==
            breaches{"kernel/host/a.cpp:3: floor"});
}

TEST_CASE("a station of the flow that includes one that calls it is found") {
    for (const std::string path :
         {"kernel/flow/a.cpp", "kernel/flow/queue/a.cpp", "kernel/flow/output/a.cpp"}) {
        CHECK(plant_and_check(path, "#include \"kernel/flow/route/router.hpp\"\n") ==
              breaches{path + ":2: floor"});
    }
    CHECK(
        plant_and_check("kernel/flow/ingress/a.cpp", "#include \"kernel/flow/route/router.hpp\"\n")
            .empty());
}

TEST_CASE("a folder of the kernel without a floor is found") {
    REQUIRE(plant_and_check("kernel/cellar/a.cpp", "#include \"kernel/base/result.hpp\"\n") ==
            breaches{"kernel/cellar/a.cpp:2: floor"});
}

TEST_CASE("an include that is commented out is none") {
    REQUIRE(plant_and_check("kernel/base/a.cpp", "// #include \"kernel/flow/route/router.hpp\"\n")
                .empty());
}

TEST_CASE("a plugin that includes the kernel is found") {
    REQUIRE(plant_and_check("plugins/osc_out/a.cpp", "#include \"kernel/base/result.hpp\"\n") ==
            breaches{"plugins/osc_out/a.cpp:2: only"});
}

TEST_CASE("a plugin that includes another plugin is found") {
    planted_tree tree;
    tree.plant("plugins/osc_out/a.hpp", "#pragma once\n");
    tree.plant("plugins/osc_out/a.cpp", "#include \"a.hpp\"\n");
    tree.plant("plugins/osc_out/b.cpp", "#include \"../osc_in/a.hpp\"\n");

    REQUIRE(tree.check() == breaches{"plugins/osc_out/b.cpp:2: rooted"});
}

TEST_CASE("a codec that includes the C++ layer of the SDK is found") {
    REQUIRE(plant_and_check("kernel/codec/a.cpp", "#include <tactus/event.h>\n"
                                                  "#include <tactus/cpp/task.hpp>\n") ==
            breaches{"kernel/codec/a.cpp:3: only"});
}

TEST_CASE("a comment that names what is nowhere is found") {
    planted_tree tree;
    tree.plant("kernel/base/a.hpp", "#pragma once\n"
                                    "// See thread_inbox and TACTUS_FD_.\n"
                                    "int count_all(); // as count_some() does\n");
    tree.plant("kernel/base/b.hpp", "#pragma once\n"
                                    "// count_all(), TACTUS_FD_, net/ipv4_x, a plain word ().\n"
                                    "#define TACTUS_FD_READ 1\n");
    tree.plant("kernel/base/c.cpp", "// The key `late_from`.\n"
                                    "const char* key = \"late_from\";\n");

    CHECK(tree.check() == breaches{"kernel/base/a.hpp:3: comment", "kernel/base/a.hpp:4: comment"});
}

TEST_CASE("an include that is not rooted is found") {
    REQUIRE(plant_and_check("kernel/base/a.cpp", "#include \"result.hpp\"\n") ==
            breaches{"kernel/base/a.cpp:2: rooted"});
}

TEST_CASE("a third party's header outside of its home is found") {
    const std::map<std::string, std::string> planted{
        {"uv.h", "kernel/host/a.cpp"},
        {"dlfcn.h", "kernel/loop/a.cpp"},
        {"toml++/toml.h", "kernel/cli/a.cpp"},
        {"prometheus/registry.h", "kernel/flow/a.cpp"},
        {"http_parser.h", "kernel/loop/a.cpp"},
        {"CLI/CLI.hpp", "kernel/daemon/a.cpp"},
        {"lo/lo.h", "kernel/codec/a.cpp"},
        {"rtmidi/RtMidi.h", "plugins/osc_out/a.cpp"},
        {"catch2/catch.hpp", "tests/kernel/a_test.cpp"}};
    for (const auto& [header, path] : planted) {
        CHECK(plant_and_check(path, "#include <" + header + ">\n") == breaches{path + ":2: home"});
    }
}

TEST_CASE("tests may include what they need") {
    REQUIRE(plant_and_check("tests/a_test.cpp", "#include <uv.h>\n#include <sys/epoll.h>\n"
                                                "#include \"kernel/flow/route/router.hpp\"\n"
                                                "#include <anything.h>\n")
                .empty());
}

TEST_CASE("a Linux header outside of a Linux file is found") {
    constexpr std::string_view text = "#include <sys/timerfd.h>\n#include <linux/net_tstamp.h>\n";

    REQUIRE(plant_and_check("kernel/loop/timer_linux.cpp", text).empty());
    REQUIRE(plant_and_check("kernel/loop/timer.cpp", text) ==
            breaches{"kernel/loop/timer.cpp:2: linux-only", "kernel/loop/timer.cpp:3: linux-only"});
}

TEST_CASE("a header that no line of the table knows is found") {
    REQUIRE(plant_and_check("kernel/flow/a.cpp", "#include <boost/asio.hpp>\n") ==
            breaches{"kernel/flow/a.cpp:2: unknown-header"});
}

TEST_CASE("a line of 100 columns is kept, one of 101 is found") {
    const std::string line = "// " + repeat("ü", 97) + "\n";

    REQUIRE(plant_and_check("kernel/base/a.cpp", line).empty());
    REQUIRE(plant_and_check("kernel/base/a.cpp", "ü" + line) ==
            breaches{"kernel/base/a.cpp:2: columns"});
}

TEST_CASE("a file of 400 lines is kept, one of 401 is found") {
    REQUIRE(plant_and_check("sdk/a.c", repeat("\n", 399)).empty());
    REQUIRE(plant_and_check("sdk/a.c", repeat("\n", 400)) == breaches{"sdk/a.c:401: file-length"});
}

TEST_CASE("a function of 70 lines is kept, one of 71 is found") {
    const auto function = [](int lines) {
        return "\nvoid a() {\n" + repeat("    b();\n", lines - 2) + "}\n";
    };

    REQUIRE(plant_and_check("tests/a_test.cpp", function(70)).empty());
    REQUIRE(plant_and_check("tests/a_test.cpp", function(71)) ==
            breaches{"tests/a_test.cpp:3: function-length"});
}

TEST_CASE("a file without the license is found") {
    planted_tree tree;
    tree.plant_bare("kernel/base/a.cpp", "int a;\n");
    tree.plant_bare("kernel/base/b.cpp", "");
    tree.plant_bare("kernel/CMakeLists.txt", "project(a)\n");
    tree.plant_bare("packaging/run", "#!/bin/sh\necho\n");

    REQUIRE(tree.check() == breaches{"kernel/CMakeLists.txt:1: license",
                                     "kernel/base/a.cpp:1: license", "kernel/base/b.cpp:1: license",
                                     "packaging/run:2: license"});
}

TEST_CASE("a header without #pragma once is found") {
    REQUIRE(plant_and_check("kernel/base/a.hpp", "// #pragma once\n") ==
            breaches{"kernel/base/a.hpp:1: pragma-once"});
}

TEST_CASE("names that say nothing are found") {
    REQUIRE(plant_and_check("kernel/base/a.cpp", "int queue_manager;\nclass EventHelper;\n"
                                                 "void f(int data);\nint data_;\n") ==
            breaches{"kernel/base/a.cpp:2: word", "kernel/base/a.cpp:3: word",
                     "kernel/base/a.cpp:4: word", "kernel/base/a.cpp:5: word"});
    REQUIRE(plant_and_check("kernel/base/string_utils.cpp", "") ==
            breaches{"kernel/base/string_utils.cpp:1: word"});
}

TEST_CASE("foreign names and prose may use any word") {
    REQUIRE(plant_and_check("kernel/base/a.cpp",
                            "// a common helper\nauto a = b.data() + c->data;\n"
                            "using d = std::common_type_t<int>;\nint e = f(\"manager\");\n"
                            "int managers_office;\nT* data() { return 0; }\n")
                .empty());
}

TEST_CASE("work that was put off is found") {
    REQUIRE(plant_and_check("kernel/base/a.cpp", std::string("// TO") + "DO: later\nint a; // FIX" +
                                                     "ME\nint MASTODONS;\n") ==
            breaches{"kernel/base/a.cpp:2: open-end", "kernel/base/a.cpp:3: open-end"});
}

TEST_CASE("a plugin's README without one of its headings is found") {
    planted_tree tree;
    tree.plant("plugins/memory/memory.cpp", "");
    tree.plant_bare("plugins/memory/README.md",
                    "## Options\n## Addresses\n## Example\nLimits: none\n## Known problems\n");

    REQUIRE(tree.check() == breaches{"plugins/memory/README.md:1: readme"});
}

TEST_CASE("a plugin without a README is found") {
    REQUIRE(plant_and_check("plugins/memory/memory.cpp", "").size() == 5);
}

TEST_CASE("links that lead nowhere are found") {
    planted_tree tree;
    tree.plant_bare("README.md", "[a](kernel/base) [b](kernel/base/result.hpp#L1) [c](#here)\n"
                                 "[d](https://example.org/x) [e](mailto:a@b)\n"
                                 "```\n[f](in-a-block)\n```\n[g](kernel/attic) [h](gone.md)\n"
                                 "# Here\n");
    tree.plant_bare("plugins/osc_out/b.md", "[up](../../README.md) [root](/README.md)\n");

    REQUIRE(tree.check() ==
            breaches{"README.md:6: link", "README.md:6: link", "plugins/osc_out/b.md:1: link"});
}

TEST_CASE("links to headings that are not there are found") {
    planted_tree tree;
    tree.plant_bare("README.md", "# The `[[route]]` table, again\n```\n# in-a-block\n```\n"
                                 "[a](#the-route-table-again) [b](#the-route-table)\n"
                                 "[c](#in-a-block) [d](kernel/base/result.hpp#L1)\n");
    tree.plant_bare("plugins/osc_out/b.md",
                    "[e](../../README.md#the-route-table-again) [f](../../README.md#routes)\n");

    REQUIRE(tree.check() ==
            breaches{"README.md:5: link", "README.md:6: link", "plugins/osc_out/b.md:1: link"});
}

TEST_CASE("an exception excuses one rule in one file") {
    planted_tree tree;
    tree.plant("kernel/base/a.cpp", "int queue_manager;\n" + repeat("\n", 400));

    REQUIRE(tree.check("# why\nkernel/base/a.cpp: word: the library calls it so\n") ==
            breaches{"kernel/base/a.cpp:402: file-length"});
}

TEST_CASE("a class of too many functions or data members is found") {
    const std::string path = "kernel/base/a.hpp";
    const auto of = [](int functions, int fields) {
        return "#pragma once\nclass a {\n" + repeat("    void b(int c);\n", functions) +
               repeat("    int d = 0;\n", fields) + "};\n";
    };

    CHECK(plant_and_check(path, of(30, 20)).empty());
    CHECK(plant_and_check(path, of(31, 20)) == breaches{path + ":3: class-size a 31 20"});
    CHECK(plant_and_check(path, of(0, 21)) == breaches{path + ":3: class-size a 0 21"});
    CHECK(plant_and_check("tests/a.hpp", of(31, 20)).empty());
}

TEST_CASE("a large class that is excused must not grow") {
    planted_tree tree;
    tree.plant("sdk/a.hpp", "#pragma once\nclass a {\n" + repeat("    void b();\n", 32) + "};\n");
    const auto with = [&](const std::string& rule) {
        return tree.check("sdk/a.hpp: " + rule + ": for the test\n");
    };
    const auto refused =
        breaches{"sdk/a.hpp:3: class-size a 32 0", "tests/tidy/exceptions.txt:1: exception"};

    CHECK(with("class-size a 32 0").empty());
    CHECK(with("class-size a 40 5").empty());
    CHECK(with("class-size a 31 20") == refused);
    CHECK(with("class-size c 32 0") == refused);
    CHECK(with("class-size a") == refused);
}

TEST_CASE("an exception that nothing needs is found") {
    REQUIRE(planted_tree().check("# a\nkernel/base/result.hpp: word: it was needed once\n") ==
            breaches{"tests/tidy/exceptions.txt:2: exception"});
}

TEST_CASE("an exception without a reason cannot be read") {
    std::string why;

    REQUIRE_FALSE(tidy::parse_exceptions("kernel/a.cpp: word: \n", why).has_value());
    REQUIRE_FALSE(tidy::parse_exceptions("kernel/a.cpp: word\n", why).has_value());
    REQUIRE(why == "line 1 is not `path: rule: reason`");
}

TEST_CASE("a line of the table that is not understood cannot be read") {
    std::string why;

    REQUIRE_FALSE(tidy::parse_layer_rules("floor one kernel/base/*\n", why).has_value());
    REQUIRE_FALSE(tidy::parse_layer_rules("home uv.h kernel/loop/*\n", why).has_value());
    REQUIRE_FALSE(tidy::parse_layer_rules("# a\nattic 8\n", why).has_value());
    REQUIRE(why == "line 2 cannot be read: attic 8");
}

TEST_CASE("the measures count files, lines, functions and comments") {
    planted_tree tree;
    tree.plant("bench/a.cpp", "// Why.\n\nvoid a() {\n}\n");

    const std::string text = tidy::describe(tidy::read_tree(tree.root()));

    REQUIRE(text.find("bench: 1 files, 4 lines; median file 5 (largest 5), median function 2 "
                      "(largest 2), comments 50 %\n") != std::string::npos);
    REQUIRE(text.find("tests: 0 files, 0 lines; median file 0 (largest 0)") != std::string::npos);
}
