// SPDX-License-Identifier: MIT
// Which plugin files others may change. As root: an ordinary user cannot give a file away.
#include "kernel/host/loading/catalog.hpp"
#include "kernel/host/loading/file_trust.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/skip.hpp"
#include "tests/support/temp_dir.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <string>

#include <unistd.h>

namespace {

using namespace tactus;
using Catch::Matchers::Contains;

struct trust_case {
    test::temp_dir folder;
    std::string file;

    trust_case() {
        std::filesystem::create_directory(folder.path("plugins"));
        file = folder.path("plugins/one.tactus.so");
        std::filesystem::copy_file(std::string(TACTUS_BAD_PLUGINS) + "/life.tactus.so", file);
        set(file, 0644);
        set(folder.path("plugins"), 0755);
    }
    static void set(const std::string& path, ::mode_t mode) {
        REQUIRE(::chmod(path.c_str(), mode) == 0);
    }
    static void give(const std::string& path, ::uid_t user, ::gid_t group) {
        if (::geteuid() != 0) {
            TACTUS_SKIP("only root may give a file away");
        }
        REQUIRE(::chown(path.c_str(), user, group) == 0);
    }
    [[nodiscard]] std::string why() const { return host::why_untrusted(file); }
};

TEST_CASE_METHOD(trust_case,
                 "a file that only its owner may write is trusted, one that is not there too") {
    CHECK(why().empty());
    CHECK(host::why_untrusted(file + "x").empty());
}

TEST_CASE_METHOD(trust_case, "a file or a folder that all may write is refused, with what to do") {
    const bool is_folder = GENERATE(false, true);
    const std::string which = is_folder ? folder.path("plugins") : file;
    set(which, is_folder ? 0777 : 0666);
    CHECK_THAT(why(), Contains("other users may write " + which + ": chmod go-w " + which) &&
                          Contains("trust = \"any\""));
    set(which, is_folder ? 01777 : 0644); // sticky: nobody else replaces the file
    CHECK(why().empty());
}

TEST_CASE_METHOD(trust_case, "a file of another user, or one that a group may write, is refused") {
    give(file, 12345, 0);
    CHECK_THAT(why(), Contains("belongs to another user") && Contains("chown root " + file));
    give(file, 0, 12345);
    CHECK(why().empty()); // the group may only read it
    set(file, 0664);
    CHECK_THAT(why(), Contains("chmod go-w"));
    give(file, 0, 0);
    CHECK(why().empty()); // root's group
}

TEST_CASE_METHOD(trust_case, "it is the file that counts, not the link to it") {
    const std::string link = folder.path("link.tactus.so");
    std::filesystem::create_symlink(file, link);
    CHECK(host::why_untrusted(link).empty());
    set(file, 0666);
    CHECK_THAT(host::why_untrusted(link), Contains(file));
}

TEST_CASE_METHOD(trust_case, "a folder further up that others may write is refused, too") {
    const std::string deep = folder.path("plugins/a/b");
    std::filesystem::create_directories(deep);
    std::filesystem::rename(file, deep + "/one.tactus.so");
    file = deep + "/one.tactus.so";
    CHECK(why().empty());
    set(folder.path("plugins"), 0777);
    CHECK_THAT(why(), Contains("other users may write " + folder.path("plugins") + ": chmod"));
    set(folder.path("plugins"), 01777); // nobody else replaces the folder a, which is ours
    CHECK(why().empty());
    give(folder.path("plugins/a"), 12345, 0);
    CHECK_THAT(why(), Contains(folder.path("plugins/a") + " belongs to another user"));
}

TEST_CASE_METHOD(trust_case, "a link counts with its folders, and with its owner") {
    std::filesystem::create_directory(folder.path("links"));
    const std::string link = folder.path("links/one.tactus.so");
    const std::string far = folder.path("plugins/far");
    std::filesystem::create_symlink("../plugins/far", link); // in two steps
    std::filesystem::create_symlink("one.tactus.so", far);
    CHECK(host::why_untrusted(link).empty());
    set(folder.path("links"), 0777);
    CHECK_THAT(host::why_untrusted(link), Contains("may write " + folder.path("links")));
    set(folder.path("links"), 01777);
    CHECK(host::why_untrusted(link).empty());
    if (::geteuid() == 0) {
        REQUIRE(::lchown(far.c_str(), 12345, 0) == 0);
        CHECK_THAT(host::why_untrusted(link), Contains("the link ") && Contains("far belongs to"));
        REQUIRE(::lchown(far.c_str(), 0, 0) == 0);
    }
    set(folder.path("plugins"), 0777);
    CHECK_THAT(host::why_untrusted(link), Contains("plugins: chmod go-w"));
}

TEST_CASE_METHOD(trust_case,
                 "a catalog with a guard opens what is trusted, or what it is told to") {
    set(file, 0666);
    host::catalog catalog({folder.path("plugins")});
    catalog.guard_by(&host::why_untrusted);
    const auto refused = catalog.open("one");
    REQUIRE_FALSE(refused.has_value());
    CHECK_THAT(refused.error().text, Contains("is not opened: other users may write"));
    catalog.trust_any(true);
    CHECK(catalog.open("one").has_value());
}

TEST_CASE_METHOD(trust_case, "a trial is made once for each file, and what it says is kept") {
    int asked = 0;
    host::catalog catalog({folder.path("plugins")}, [&asked](const std::string&) {
        ++asked;
        return std::string("it is of no use");
    });
    for (int i = 0; i < 3; ++i) {
        const auto refused = catalog.open("one");
        REQUIRE_FALSE(refused.has_value());
        CHECK_THAT(refused.error().text, Contains("is not opened: it is of no use."));
    }
    CHECK(asked == 1);
}

} // namespace
