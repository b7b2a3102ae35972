// SPDX-License-Identifier: MIT
// Where plugins are found, and which file serves a type.
#include "kernel/host/loading/catalog.hpp"
#include "tests/support/catch.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

namespace {

using namespace tactus;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

// Two folders of files, searched in this order.
struct two_folders {
    // A new name each time: what was loaded from a path once stays loaded as that path.
    inline static int made = 0;
    fs::path root =
        fs::temp_directory_path() /
        ("tactus_catalog_test_" + std::to_string(::getpid()) + "_" + std::to_string(++made));
    std::string first = (root / "first").string();
    std::string second = (root / "second").string();

    two_folders() {
        fs::create_directories(first);
        fs::create_directories(second);
    }
    two_folders(const two_folders&) = delete;
    two_folders& operator=(const two_folders&) = delete;
    ~two_folders() { fs::remove_all(root); }

    static void copy(const std::string& plugin, const std::string& to) {
        fs::copy_file(std::string(TACTUS_BAD_PLUGINS) + "/" + plugin + ".tactus.so", to);
    }
    static void touch(const std::string& path) { std::ofstream(path) << "no ELF"; }
    [[nodiscard]] host::catalog catalog() const {
        return host::catalog({first, "/nowhere/at/all", second});
    }
};

TEST_CASE("a type is looked for as TYPE_in or TYPE_out, and as TYPE") {
    two_folders folders;
    two_folders::copy("life", folders.first + "/well_out.tactus.so");
    two_folders::copy("life", folders.second + "/well.tactus.so");
    host::catalog catalog = folders.catalog();

    const auto output = catalog.find(TACTUS_KIND_OUTPUT, "well");
    const auto input = catalog.find(TACTUS_KIND_INPUT, "well");

    REQUIRE(output.has_value());
    CHECK(output->path == folders.first + "/well_out.tactus.so");
    REQUIRE(input.has_value());
    CHECK(input->path == folders.second + "/well.tactus.so");
    CHECK(std::string(input->descriptor->type) == "well");
}

TEST_CASE("the first folder that has the file wins") {
    two_folders folders;
    two_folders::copy("life", folders.first + "/well_in.tactus.so");
    two_folders::touch(folders.second + "/well_in.tactus.so");

    const auto found = folders.catalog().find(TACTUS_KIND_INPUT, "well");

    REQUIRE(found.has_value());
    CHECK(found->path == folders.first + "/well_in.tactus.so");
}

TEST_CASE("a folder's file for both directions comes before a later folder's own") {
    two_folders folders;
    two_folders::copy("life", folders.first + "/well.tactus.so");
    two_folders::copy("life", folders.second + "/well_out.tactus.so");

    const auto found = folders.catalog().find(TACTUS_KIND_OUTPUT, "well");

    REQUIRE(found.has_value());
    CHECK(found->path == folders.first + "/well.tactus.so");
}

TEST_CASE("two files of one folder that have the same type are both named") {
    two_folders folders;
    two_folders::copy("life", folders.first + "/well_out.tactus.so");
    two_folders::copy("life", folders.first + "/well.tactus.so");
    host::catalog catalog = folders.catalog();

    const auto output = catalog.find(TACTUS_KIND_OUTPUT, "well");

    REQUIRE_FALSE(output.has_value());
    CHECK(output.error().kind == error_kind::unsupported);
    CHECK_THAT(output.error().text, Contains(folders.first + "/well_out.tactus.so and " +
                                             folders.first + "/well.tactus.so") &&
                                        Contains("Remove"));
    CHECK(catalog.find(TACTUS_KIND_INPUT, "well").has_value());
}

TEST_CASE("a type that no file has is named, with where was looked and what to do") {
    const two_folders folders;

    const auto found = folders.catalog().find(TACTUS_KIND_OUTPUT, "nothing");

    REQUIRE_FALSE(found.has_value());
    CHECK(found.error().kind == error_kind::not_found);
    CHECK_THAT(found.error().text, Contains("output of type \"nothing\"") &&
                                       Contains(folders.first) && Contains(folders.second) &&
                                       Contains("nothing_out.tactus.so") &&
                                       Contains("TACTUS_PLUGIN_PATH"));
}

TEST_CASE("a file that has not the type which its name promises is named") {
    two_folders folders;
    two_folders::copy("life", folders.first + "/other.tactus.so");

    const auto found = folders.catalog().find(TACTUS_KIND_INPUT, "other");

    REQUIRE_FALSE(found.has_value());
    CHECK_THAT(found.error().text,
               Contains(folders.first + "/other.tactus.so") && Contains("\"other\""));
}

TEST_CASE("an input is not served by a plugin that is an output only") {
    two_folders folders;
    two_folders::copy("needs_more", folders.first + "/needs_more.tactus.so");
    host::catalog catalog = folders.catalog();

    CHECK(catalog.find(TACTUS_KIND_OUTPUT, "needs_more").has_value());
    CHECK_FALSE(catalog.find(TACTUS_KIND_INPUT, "needs_more").has_value());
}

TEST_CASE("a broken file is reported, not passed over") {
    two_folders folders;
    two_folders::touch(folders.first + "/well_in.tactus.so");
    two_folders::copy("life", folders.second + "/well_in.tactus.so");

    const auto found = folders.catalog().find(TACTUS_KIND_INPUT, "well");

    REQUIRE_FALSE(found.has_value());
    CHECK(found.error().kind == error_kind::unsupported);
    CHECK_THAT(found.error().text, Contains(folders.first));
}

TEST_CASE("what is called as a plugin and is no file is reported, not passed over") {
    two_folders folders;
    fs::create_directory(folders.first + "/well_in.tactus.so");
    two_folders::copy("life", folders.second + "/well_in.tactus.so");

    const auto found = folders.catalog().find(TACTUS_KIND_INPUT, "well");

    REQUIRE_FALSE(found.has_value());
    CHECK_THAT(found.error().text, Contains("it is a directory"));
}

TEST_CASE("a type cannot lead out of the folders") {
    two_folders folders;
    two_folders::copy("life", folders.root.string() + "/well_in.tactus.so");
    host::catalog catalog = folders.catalog();

    CHECK_FALSE(catalog.find(TACTUS_KIND_INPUT, "../well").has_value());
    CHECK_FALSE(catalog.find(TACTUS_KIND_INPUT, "").has_value());
    CHECK_FALSE(catalog.find(TACTUS_KIND_INPUT, std::string_view("w\0ell", 5)).has_value());
    CHECK_FALSE(catalog.open("../well_in").has_value());
}

TEST_CASE("names come from the files' names, and no file is opened") {
    two_folders folders;
    two_folders::touch(folders.first + "/osc_in.tactus.so");
    two_folders::touch(folders.second + "/osc_in.tactus.so");
    two_folders::touch(folders.second + "/osc_out.tactus.so");
    two_folders::touch(folders.second + "/pulse.tactus.so");
    two_folders::touch(folders.second + "/notes.txt");

    CHECK(folders.catalog().names() == std::vector<std::string>{"osc_in", "osc_out", "pulse"});
}

TEST_CASE("types are those that a file can be opened and found for") {
    two_folders folders;
    two_folders::touch(folders.first + "/junk.tactus.so");
    two_folders::copy("other_minor", folders.first + "/other_minor.tactus.so");
    two_folders::copy("needs_more", folders.first + "/needs_more_out.tactus.so");
    two_folders::copy("life", folders.first + "/well_in.tactus.so");
    two_folders::copy("life", folders.second + "/refuses.tactus.so");
    host::catalog catalog = folders.catalog();

    CHECK(catalog.types(TACTUS_KIND_INPUT) == std::vector<std::string>{"refuses", "well"});
    CHECK(catalog.types(TACTUS_KIND_OUTPUT) == std::vector<std::string>{"needs_more", "refuses"});
}

TEST_CASE("a type that two folders have is listed once") {
    two_folders folders;
    two_folders::copy("life", folders.first + "/well.tactus.so");
    two_folders::copy("life", folders.second + "/well_in.tactus.so");

    CHECK(folders.catalog().types(TACTUS_KIND_INPUT) == std::vector<std::string>{"well"});
}

TEST_CASE("a plugin whose file is not called as its type is named by either, with what to do") {
    two_folders folders;
    two_folders::copy("needs_more", folders.first + "/ty_log.tactus.so");
    host::catalog catalog = folders.catalog();

    const std::string by_file = catalog.misnamed(TACTUS_KIND_OUTPUT, "ty_log");

    CHECK_THAT(by_file, Contains(folders.first + "/ty_log.tactus.so") &&
                            Contains("output of type \"needs_more\"") &&
                            Contains("must be needs_more_out.tactus.so or needs_more.tactus.so"));
    CHECK(catalog.misnamed(TACTUS_KIND_OUTPUT, "needs_more") == by_file);
    CHECK(catalog.misnamed(TACTUS_KIND_INPUT, "needs_more").empty());
    CHECK(catalog.types(TACTUS_KIND_OUTPUT).empty());
}

TEST_CASE("a plugin that is called as its type, or by another word, is not misnamed") {
    two_folders folders;
    two_folders::copy("needs_more", folders.first + "/needs_more_out.tactus.so");
    host::catalog catalog = folders.catalog();

    CHECK(catalog.misnamed(TACTUS_KIND_OUTPUT, "needs_more").empty());
    CHECK(catalog.misnamed(TACTUS_KIND_OUTPUT, "ty_log").empty());
}

TEST_CASE("a plugin is opened by its file's name with all that it has") {
    two_folders folders;
    two_folders::copy("life", folders.second + "/life.tactus.so");
    host::catalog catalog = folders.catalog();

    const auto opened = catalog.open("life");

    REQUIRE(opened.has_value());
    CHECK(opened->size() == 19);
    CHECK_FALSE(catalog.open("death").has_value());
}

TEST_CASE("the folders of TACTUS_PLUGIN_PATH come first, empty ones are left out") {
    const char* const before = std::getenv("TACTUS_PLUGIN_PATH");
    const std::string kept = before != nullptr ? before : "";
    ::setenv("TACTUS_PLUGIN_PATH", "/one::/two:", 1);

    const std::vector<std::string> folders = host::plugin_folders();
    before != nullptr ? ::setenv("TACTUS_PLUGIN_PATH", kept.c_str(), 1)
                      : ::unsetenv("TACTUS_PLUGIN_PATH");

    REQUIRE(folders.size() >= 3);
    CHECK(folders[0] == "/one");
    CHECK(folders[1] == "/two");
    CHECK_THAT(folders[2], Contains("tactus/plugins"));
}

} // namespace
