// SPDX-License-Identifier: MIT
// Against the examples of FIPS 180-4 and the texts around a block's end.
#include "kernel/host/sha256.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

#include <string>

namespace {

using namespace tactus;

std::string hash(const std::string& text) {
    return host::sha256_of(std::as_bytes(std::span(text)));
}

TEST_CASE("SHA-256 of the standard's examples") {
    CHECK(hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(hash(std::string(1'000'000, 'a')) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("the padding is right around the end of a block") {
    const auto xs = [](std::size_t n) { return hash(std::string(n, 'x')); };
    CHECK(xs(55) == "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072");
    CHECK(xs(56) == "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e");
    CHECK(xs(63) == "75220b47218278e656f2013bb8f0c455a25eaf01e86c64924e9d48d89776d6f2");
    CHECK(xs(64) == "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c");
    CHECK(xs(119) == "000b48d4edf0fa7bee3c6236ecd2785baa5db4eeb8bb54341b029e0d9fa5fb0c");
}

TEST_CASE("a file has the hash of its bytes, and one that is not there none") {
    const test::temp_dir folder;
    const std::string path = folder.write("f", std::string("a\0b", 3) + std::string(61, 'x'));
    CHECK(host::sha256_of_file(path) == hash(std::string("a\0b", 3) + std::string(61, 'x')));
    CHECK(host::sha256_of_file(path + "x").empty());
}

} // namespace
