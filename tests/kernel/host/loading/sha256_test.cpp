// SPDX-License-Identifier: MIT
// Against the examples of FIPS 180-4.
#include "kernel/host/loading/sha256.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

#include <string>

namespace {

using namespace tactus;

TEST_CASE("a file has the hash of its bytes") {
    const test::temp_dir folder;
    const auto hash = [&](const std::string& bytes) {
        return host::sha256_of_file(folder.write("file", bytes));
    };

    CHECK(hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hash(std::string(1'000'000, 'a')) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("what cannot be read has no hash: no file, a folder") {
    const test::temp_dir folder;

    CHECK(host::sha256_of_file(folder.path("none")).empty());
    CHECK(host::sha256_of_file(folder.path("")).empty());
}

} // namespace
