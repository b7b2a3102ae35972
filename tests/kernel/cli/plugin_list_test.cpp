// SPDX-License-Identifier: MIT
// Folders with good plugins, broken ones and files that are none.
#include "kernel/cli/plugin_list.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

#include <filesystem>

namespace tactus::cli {
namespace {

// A folder with links to some of the test's plugins.
struct plugin_folder {
    explicit plugin_folder(std::initializer_list<const char*> names) {
        for (const std::string name : names) {
            const std::string file = name + ".tactus.so";
            std::filesystem::create_symlink(std::string(TACTUS_BAD_PLUGINS) + "/" + file,
                                            folder.path(file));
        }
    }
    [[nodiscard]] host::catalog catalog() const { return host::catalog({folder.path()}); }
    test::temp_dir folder;
};

tactus_descriptor descriptor(const char* id, std::uint32_t kinds) {
    tactus_descriptor made{};
    made.struct_size = sizeof made;
    made.kinds = kinds;
    made.id = id;
    made.type = "osc";
    made.version = "1.2";
    made.vendor = "tests";
    made.license = "MIT";
    made.doc = "Says \"hello\".";
    return made;
}

TEST_CASE("a folder without plugins gives an empty list, and one that is not there too") {
    host::catalog none({plugin_folder({}).folder.path(), "/nowhere/at/all"});
    const plugin_list list = open_all(none);
    REQUIRE(list.found.empty());
    REQUIRE(list.broken.empty());
    REQUIRE(to_text(list).empty());
    REQUIRE(to_json(list) == R"({"plugins":[],"broken":[]})");
}

TEST_CASE("every descriptor of a file is listed") {
    const plugin_folder folder({"life"});
    host::catalog catalog = folder.catalog();
    const plugin_list list = open_all(catalog);
    REQUIRE(list.broken.empty());
    REQUIRE(list.found.size() == 19);
    REQUIRE(std::string(list.found.front().descriptor->id) == "life.create_null");
    REQUIRE(list.found.front().path == folder.folder.path("life.tactus.so"));
}

TEST_CASE("broken files are listed with the reason and hide no other") {
    const plugin_folder folder({"later_major", "life", "no_entry"});
    folder.folder.write("garbage.tactus.so", "this is no shared object");
    host::catalog catalog = folder.catalog();
    const plugin_list list = open_all(catalog);
    REQUIRE(list.found.size() == 19);
    REQUIRE(list.broken.size() == 3);
    REQUIRE(list.broken[0].name == "garbage");
    REQUIRE(list.broken[0].why.find("cannot be loaded") != std::string::npos);
    REQUIRE(list.broken[1].name == "later_major");
    REQUIRE(list.broken[1].why.find("later SDK") != std::string::npos);
    REQUIRE(list.broken[2].name == "no_entry");
    REQUIRE(list.broken[2].why.find("tactus_entry_v0") != std::string::npos);
}

TEST_CASE("files of other kinds are not looked at") {
    const plugin_folder folder({});
    folder.folder.write("notes.txt", "x");
    folder.folder.write("other.so", "x");
    host::catalog catalog = folder.catalog();
    REQUIRE(open_all(catalog).broken.empty());
}

TEST_CASE("the list for people has a line for each, columns aligned, then the broken ones") {
    const tactus_descriptor in = descriptor("osc_in", TACTUS_KIND_INPUT);
    const tactus_descriptor both =
        descriptor("com.example.osc", TACTUS_KIND_INPUT | TACTUS_KIND_OUTPUT);
    const plugin_list list{{{nullptr, &in, "/a.so"}, {nullptr, &both, "/b.so"}},
                           {{"bad", "The reason."}}};
    REQUIRE(to_text(list) ==
            "id               type  kinds          version  what it does   file\n"
            "osc_in           osc   input          1.2      Says \"hello\".  /a.so\n"
            "com.example.osc  osc   input, output  1.2      Says \"hello\".  /b.so\n"
            "broken: bad: The reason.\n");
}

TEST_CASE("the list for programs says the same, quotes escaped") {
    const tactus_descriptor in = descriptor("osc_in", TACTUS_KIND_INPUT);
    const tactus_descriptor both = descriptor("x", TACTUS_KIND_INPUT | TACTUS_KIND_OUTPUT);
    const plugin_list list{{{nullptr, &in, "/a.so"}, {nullptr, &both, "/b.so"}},
                           {{"bad", "It \"is\"\nbroken."}}};
    REQUIRE(to_json(list) ==
            R"({"plugins":[{"id":"osc_in","type":"osc","kinds":["input"],"version":"1.2",)"
            R"("doc":"Says \"hello\".","file":"/a.so","sha256":""},)"
            R"({"id":"x","type":"osc","kinds":["input","output"],"version":"1.2",)"
            R"("doc":"Says \"hello\".","file":"/b.so","sha256":""}],)"
            R"("broken":[{"name":"bad","reason":"It \"is\"\nbroken."}]})");
}

TEST_CASE("a file that no configuration can name is not passed over, and shown without harm") {
    const plugin_folder folder({});
    folder.folder.write("Big \x1B[2JName.tactus.so", "x");
    host::catalog catalog = folder.catalog();
    const plugin_list list = open_all(catalog);
    REQUIRE(list.broken.size() == 1);
    CHECK(list.broken[0].why.find("no configuration can name it") != std::string::npos);
    CHECK(to_text(list).find('\x1B') == std::string::npos);
    CHECK(to_text(list).find("broken: Big \\x1b[2JName: ") != std::string::npos);
}

TEST_CASE("a plugin is found by the name of its file") {
    const plugin_folder folder({"life"});
    host::catalog catalog = folder.catalog();
    const auto found = find_by_name(catalog, "life");
    REQUIRE(found.has_value());
    REQUIRE(found->size() == 19);
}

TEST_CASE("a broken plugin that is asked for says why it is broken") {
    const plugin_folder folder({"no_entry"});
    host::catalog catalog = folder.catalog();
    const auto found = find_by_name(catalog, "no_entry");
    REQUIRE_FALSE(found.has_value());
    REQUIRE(found.error().kind == error_kind::unsupported);
}

TEST_CASE("an unknown name is answered with what was perhaps meant") {
    const plugin_folder folder({"life"});
    host::catalog catalog = folder.catalog();
    const auto close = find_by_name(catalog, "lfie");
    REQUIRE_FALSE(close.has_value());
    REQUIRE(close.error().text ==
            "There is no plugin \"lfie\"; did you mean \"life\"? See: tactus plugins");
    const auto far = find_by_name(catalog, "accordion");
    REQUIRE(far.error().text == "There is no plugin \"accordion\". See: tactus plugins");
}

TEST_CASE("a name cannot lead out of the folders") {
    const plugin_folder folder({"life"});
    host::catalog catalog({folder.folder.path() + "/below"});
    REQUIRE(find_by_name(catalog, "../life").error().kind == error_kind::not_found);
    REQUIRE(find_by_name(catalog, "").error().kind == error_kind::not_found);
}

} // namespace
} // namespace tactus::cli
