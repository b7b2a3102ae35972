// SPDX-License-Identifier: MIT
#include "kernel/flow/output/state_file.hpp"

#include "kernel/flow/output/notes/sounding_record.hpp"

#include "tests/support/catch.hpp"

#include <string>
#include <vector>

using namespace tactus::flow;

namespace {

struct in_memory {
    std::vector<std::byte> bytes = std::vector<std::byte>(sounding_file::size());
    sounding_file file{bytes, sounding_mark};
};

std::vector<std::string> outputs(sounding_file& file) {
    std::vector<std::string> all;
    file.for_each([&](const sounding_file::slot& each) { all.emplace_back(each.label().output); });
    return all;
}

} // namespace

TEST_CASE("an empty file is blank, and intact once it was formatted") {
    in_memory of;
    CHECK(of.file.is_blank());
    CHECK_FALSE(of.file.is_intact());

    of.file.format();

    CHECK(of.file.is_intact());
    CHECK_FALSE(of.file.is_blank());
    CHECK(of.file.paths().empty());
}

TEST_CASE("a file is not intact if a byte of its header is another") {
    const std::size_t at = GENERATE(0U, 8U, 12U, 16U, 24U, 40U, 4095U);
    in_memory of;
    of.file.format();
    of.file.set_paths(std::string_view("/etc/tactus.toml", 17));
    REQUIRE(of.file.is_intact());
    CHECK(std::string(of.file.paths().data()) == "/etc/tactus.toml");

    of.bytes[at] ^= std::byte{0x20};

    CHECK_FALSE(of.file.is_intact());
}

TEST_CASE("a slot keeps its label, and a changed text of it is found") {
    const std::size_t at = GENERATE(0U, 20U, 100U, 400U);
    in_memory of;
    of.file.format();
    sounding_file::slot* const slot = of.file.take({"synth", "usb:1", "keys"});
    REQUIRE(slot != nullptr);
    CHECK(slot->is_intact());
    CHECK(slot->label().output == "synth");
    CHECK(slot->label().port == "usb:1");
    CHECK(slot->label().written_for == "keys");

    reinterpret_cast<std::byte*>(slot)[at] ^= std::byte{1};

    CHECK_FALSE(slot->is_intact());
}

TEST_CASE("a released slot is used again, and is empty then") {
    in_memory of;
    of.file.format();
    sounding_file::slot* const first = of.file.take({"a", "port"});
    static_cast<void>(of.file.take({"b", "port"}));
    sounding_record(first).begin(60);

    sounding_file::release(*first);

    CHECK(outputs(of.file) == std::vector<std::string>{"b"});
    REQUIRE(of.file.take({"c", "port"}) == first);
    CHECK(first->state.read().to_end() == 0);
    CHECK(outputs(of.file) == std::vector<std::string>{"c", "b"});
}

TEST_CASE("at the limit, and for a text that does not fit, there is no slot") {
    in_memory of;
    of.file.format();
    CHECK(of.file.take({"a", std::string(255, 'p')}) != nullptr);
    CHECK(of.file.take({"a", std::string(256, 'p')}) == nullptr);
    CHECK(of.file.take({std::string(72, 'o'), "port"}) == nullptr);
    CHECK(of.file.take({"a", "port", std::string(256, 'w')}) == nullptr);
    CHECK(of.file.take({"a", ""}) == nullptr);
    for (std::uint32_t i = 1; i < sounding_file::slots; ++i) {
        REQUIRE(of.file.take({"a", "port"}) != nullptr);
    }

    CHECK(of.file.take({"a", "port"}) == nullptr);
}
