// SPDX-License-Identifier: MIT
// One plugin file: what is refused, and in which words.
#include "kernel/host/loading/library.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scripted_plugin.hpp"
#include "tests/support/temp_dir.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace tactus;
using Catch::Matchers::Contains;

std::string bad(const std::string& name) {
    return std::string(TACTUS_BAD_PLUGINS) + "/" + name + ".tactus.so";
}

error refusal(const std::string& path) {
    const result<host::library> opened = host::open_library(path);
    REQUIRE_FALSE(opened.has_value());
    CHECK_THAT(opened.error().text, Contains(path));
    return opened.error();
}

// A good entry and descriptor to spoil.
struct spoilt {
    tactus_descriptor descriptor = testing::scripted_descriptor;
    const tactus_descriptor* descriptors[1] = {&descriptor};
    tactus_entry entry = testing::scripted_entry;
    tactus_option option{TACTUS_OPT_INT, 0,       "n", nullptr, "A number.", nullptr, nullptr,
                         nullptr,        nullptr, 0,   0};
    spoilt() {
        entry.descriptors = descriptors;
        descriptor.options = &option;
        descriptor.n_options = 1;
    }
};

TEST_CASE("a plugin of this ABI is opened and has its descriptors") {
    const result<host::library> opened = host::open_library(bad("life"));

    REQUIRE(opened.has_value());
    CHECK(opened->entry->n_descriptors == 19);
    CHECK(opened->path == bad("life"));
}

TEST_CASE("a file that is not there is named") {
    const error refused = refusal("/nowhere/at_all.tactus.so");

    CHECK(refused.kind == error_kind::not_found);
    CHECK_THAT(refused.text, Contains("there is no such file"));
}

TEST_CASE("what is no file is refused with what it is") {
    const test::temp_dir dir;
    const std::string folder = dir.path("folder.tactus.so");
    const std::string fifo = dir.path("fifo.tactus.so");
    const std::string link = dir.path("link.tactus.so");
    std::filesystem::create_directory(folder);
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    std::filesystem::create_symlink("gone.so", link);

    CHECK_THAT(refusal(folder).text, Contains("it is a directory"));
    CHECK_THAT(refusal(fifo).text, Contains("it is a device, a FIFO or a socket"));
    CHECK_THAT(refusal(link).text, Contains("it is a link to gone.so, which is not there"));
}

TEST_CASE("a folder is no plugin file") {
    CHECK(refusal(TACTUS_BAD_PLUGINS).kind == error_kind::not_found);
}

TEST_CASE("a file that is no shared object is refused with the system's reason") {
    const std::string path = "/tmp/tactus_library_test_" + std::to_string(::getpid()) + ".so";
    std::FILE* file = std::fopen(path.c_str(), "w");
    REQUIRE(file != nullptr);
    std::fputs("this is a text and long enough to have a header, which is none at all", file);
    std::fclose(file);

    const error refused = refusal(path);
    ::unlink(path.c_str());

    CHECK(refused.kind == error_kind::unsupported);
    CHECK_THAT(refused.text, Contains("cannot be loaded") && Contains("ELF"));
}

TEST_CASE("a plugin that is cut off anywhere is refused, and does not end us") {
    std::ifstream whole(bad("life"), std::ios::binary);
    const std::string image{std::istreambuf_iterator<char>(whole), {}};
    const test::temp_dir folder;
    for (std::size_t tenth = 1; tenth < 10; ++tenth) {
        const std::string path = folder.write("cut-" + std::to_string(tenth), // it stays mapped
                                              image.substr(0, image.size() * tenth / 10));
        const result<host::library> opened = host::open_library(path);
        // Beyond the last part that is mapped there is nothing that we need.
        CHECK((opened.has_value() || opened.error().text.find(path) != std::string::npos));
        CHECK((tenth > 1 || !opened.has_value()));
    }
    const error refused = refusal(folder.write("cut.so", image.substr(0, image.size() / 10)));
    CHECK(refused.kind == error_kind::unsupported);
    CHECK_THAT(refused.text, Contains("it is cut off") && Contains("install it again"));
}

TEST_CASE("a missing symbol of the plugin's own is named") {
    const error refused = refusal(bad("unresolved"));

    CHECK(refused.kind == error_kind::unsupported);
    CHECK_THAT(refused.text, Contains("nobody_has_this"));
}

TEST_CASE("a file without the entry is said to be no plugin") {
    const error refused = refusal(bad("no_entry"));

    CHECK(refused.kind == error_kind::unsupported);
    CHECK_THAT(refused.text, Contains("tactus_entry_v0") && Contains("not a tactus plugin"));
}

TEST_CASE("a plugin of a later major version is told from a file that is none") {
    const error refused = refusal(bad("later_major"));

    CHECK(refused.kind == error_kind::unsupported);
    CHECK_THAT(refused.text,
               Contains("tactus_entry_v1") && Contains("later SDK") && Contains("update tactus"));
}

TEST_CASE("another minor version is refused with both numbers before anything of it is called") {
    const error refused = refusal(bad("other_minor"));

    CHECK(refused.kind == error_kind::unsupported);
    CHECK_THAT(refused.text, Contains("0.42") && Contains("0.1") && Contains("rebuild"));
}

TEST_CASE("a good entry has nothing wrong with it") {
    spoilt good;
    CHECK(host::check_entry(good.entry) == "");
}

TEST_CASE("an entry that is too short is refused before its fields are read") {
    spoilt bad;
    bad.entry.struct_size = 4;
    CHECK_THAT(host::check_entry(bad.entry), Contains("shorter"));
    bad.entry.struct_size = offsetof(tactus_entry, create);
    CHECK_THAT(host::check_entry(bad.entry), Contains("create"));
}

TEST_CASE("an entry without what it is for is refused") {
    spoilt bad;

    SECTION("no create") {
        bad.entry.create = nullptr;
    }
    SECTION("no descriptors") {
        bad.entry.n_descriptors = 0;
    }
    SECTION("no list of descriptors") {
        bad.entry.descriptors = nullptr;
    }
    SECTION("a descriptor that is NULL") {
        bad.descriptors[0] = nullptr;
    }

    CHECK(host::check_entry(bad.entry) != "");
}

TEST_CASE("a malformed descriptor is refused") {
    spoilt bad;

    SECTION("too short") {
        bad.descriptor.struct_size = 16;
    }
    SECTION("no id") {
        bad.descriptor.id = nullptr;
    }
    SECTION("no doc") {
        bad.descriptor.doc = nullptr;
    }
    SECTION("of no kind") {
        bad.descriptor.kinds = 0;
    }
    SECTION("of an unknown kind") {
        bad.descriptor.kinds = 8;
    }
    SECTION("options without a table") {
        bad.descriptor.options = nullptr;
    }
    SECTION("options that are too small") {
        bad.descriptor.option_size = 8;
    }

    CHECK(host::check_entry(bad.entry) != "");
}

TEST_CASE("a text that a terminal must not show is refused") {
    const char* const text = GENERATE("\x1B[2Jgone", "a\xFF", "\x7F", "a\tb");
    const char* tactus_descriptor::*const which =
        GENERATE(&tactus_descriptor::id, &tactus_descriptor::version, &tactus_descriptor::vendor,
                 &tactus_descriptor::license, &tactus_descriptor::doc);
    spoilt bad;
    bad.descriptor.*which = text;
    CHECK_THAT(host::check_entry(bad.entry), Contains("a control character, or that is not UTF-8"));
    spoilt option;
    option.option.doc = text;
    CHECK_THAT(host::check_entry(option.entry), Contains("option \"n\""));
}

TEST_CASE("a type that no configuration can name is refused") {
    spoilt bad;
    bad.descriptor.type = GENERATE("", "Big", "two words", "a/b");
    CHECK_THAT(host::check_entry(bad.entry), Contains("has a type that no file can name"));
}

TEST_CASE("two descriptors of one id, or of one type and kind, are refused") {
    spoilt bad;
    tactus_descriptor other = bad.descriptor;
    const tactus_descriptor* both[] = {&bad.descriptor, &other};
    bad.entry.descriptors = both;
    bad.entry.n_descriptors = 2;
    other.type = "other";
    CHECK_THAT(host::check_entry(bad.entry), Contains("two of its descriptors have the id"));
    other.id = "other";
    CHECK(host::check_entry(bad.entry) == "");
    other.type = bad.descriptor.type;
    CHECK_THAT(host::check_entry(bad.entry), Contains("have the same type and kind"));
    bad.descriptor.kinds = TACTUS_KIND_INPUT;
    other.kinds = TACTUS_KIND_OUTPUT;
    CHECK(host::check_entry(bad.entry) == "");
}

TEST_CASE("beyond a limit of the headers the limit is named") {
    spoilt bad;
    const std::vector<tactus_option> many(TACTUS_OPTIONS_MAX + 1, bad.option);
    bad.descriptor.options = many.data();
    bad.descriptor.n_options = TACTUS_OPTIONS_MAX + 1;
    CHECK_THAT(host::check_entry(bad.entry), Contains("257 options; at most 256"));
    spoilt more;
    const std::vector<const tactus_descriptor*> all(TACTUS_DESCRIPTORS_MAX + 1, &more.descriptor);
    more.entry.descriptors = all.data();
    more.entry.n_descriptors = TACTUS_DESCRIPTORS_MAX + 1;
    CHECK_THAT(host::check_entry(more.entry), Contains("65 descriptors; at most 64"));
}

TEST_CASE("a malformed option is refused by its name") {
    spoilt bad;

    SECTION("of a type that this host does not know") {
        bad.option.type = 99;
    }
    SECTION("without a type") {
        bad.option.type = 0;
    }
    SECTION("without a key") {
        bad.option.key = nullptr;
    }
    SECTION("without a doc") {
        bad.option.doc = nullptr;
    }
    SECTION("a choice of nothing") {
        bad.option.type = TACTUS_OPT_CHOICE;
    }
    SECTION("a table without children") {
        bad.option.type = TACTUS_OPT_TABLE;
    }

    CHECK_THAT(host::check_entry(bad.entry), Contains("option") && Contains("scripted"));
}

TEST_CASE("a malformed option inside a table is found") {
    spoilt bad;
    tactus_option inner = bad.option;
    inner.type = 99;
    bad.option.type = TACTUS_OPT_TABLE;
    bad.option.children = &inner;
    bad.option.n_children = 1;

    CHECK_THAT(host::check_entry(bad.entry), Contains("option"));
}

TEST_CASE("the interfaces that this host has not are listed, and only those") {
    const char* const needed[] = {TACTUS_TIMER_0, "tactus.teleport/0", TACTUS_UDP_0, "x/1",
                                  nullptr};
    tactus_descriptor wants = testing::scripted_descriptor;
    wants.requires_interfaces = needed;

    CHECK(host::missing_interfaces(wants) == "tactus.teleport/0, x/1");
    CHECK(host::missing_interfaces(testing::scripted_descriptor) == "");
}

} // namespace
