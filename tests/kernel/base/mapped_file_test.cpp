// SPDX-License-Identifier: MIT
#include "kernel/base/mapped_file.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

#include <algorithm>
#include <cstring>
#include <sys/wait.h>
#include <unistd.h>

using tactus::error_kind;
using tactus::base::mapped_file;

namespace {

constexpr std::string_view mark = "a mark.";
constexpr std::size_t size = 8192;

tactus::result<mapped_file> open(const std::string& path,
                                 mapped_file::missing if_missing = mapped_file::missing::make) {
    return mapped_file::open(path, mark, size, if_missing);
}

bool is_zero(const mapped_file& file) {
    return std::all_of(file.bytes().begin(), file.bytes().end(),
                       [](std::byte each) { return each == std::byte{0}; });
}

void write(const mapped_file& to, std::string_view text) {
    std::memcpy(to.bytes().data(), text.data(), text.size());
}

std::string contents(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

TEST_CASE("what a killed process wrote to the memory is in the file, and its lock is gone") {
    const tactus::test::temp_dir folder;
    const std::string path = folder.path("file");
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const tactus::result<mapped_file> file = open(path);
        write(*file, "a mark. and more");
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));

    const tactus::result<mapped_file> found = open(path, mapped_file::missing::refuse);

    REQUIRE(found.has_value());
    CHECK(std::memcmp(found->bytes().data(), "a mark. and more", 16) == 0);
    CHECK_FALSE(found->was_resized());
}

TEST_CASE("a new file and an empty one are zero") {
    const tactus::test::temp_dir folder;
    const std::string path = GENERATE(true, false) ? folder.path("new") : folder.write("empty", "");

    const tactus::result<mapped_file> made = open(path);

    REQUIRE(made.has_value());
    CHECK(made->bytes().size() == size);
    CHECK(is_zero(*made));
    CHECK_FALSE(made->was_resized());
}

TEST_CASE("a file that another has open is refused until that one is closed") {
    const tactus::test::temp_dir folder;
    {
        const tactus::result<mapped_file> first = open(folder.path("file"));
        REQUIRE(first.has_value());
        CHECK(open(folder.path("file")).error().kind == error_kind::limit);
    }
    CHECK(open(folder.path("file")).has_value());
}

TEST_CASE("a file of something else is left as it is") {
    const tactus::test::temp_dir folder;
    const std::string path = folder.write("letter", "Dear Sir or Madam");

    CHECK(open(path).error().kind == error_kind::invalid);
    CHECK(contents(path) == "Dear Sir or Madam");
    CHECK(open(folder.path()).error().kind == error_kind::io); // a folder
}

TEST_CASE("a file with the mark and another size is emptied, and says so") {
    const tactus::test::temp_dir folder;
    const std::string path = folder.write("file", "a mark. cut off");

    const tactus::result<mapped_file> found = open(path);

    REQUIRE(found.has_value());
    CHECK(found->was_resized());
    CHECK(is_zero(*found));
}

TEST_CASE("without a file, one is made only if that is asked for") {
    const tactus::test::temp_dir folder;
    CHECK(open(folder.path("none"), mapped_file::missing::refuse).error().kind ==
          error_kind::not_found);
    CHECK(open(folder.path("no/folder")).error().kind == error_kind::not_found);
    CHECK_FALSE(std::filesystem::exists(folder.path("none")));
}
