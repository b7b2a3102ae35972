// SPDX-License-Identifier: MIT
// Requests of the control socket: whatever comes, it is read or refused, and what is answered is
// one line that a client can read.
#include "kernel/control/json_rpc.hpp"
#include "tests/fuzz/claim.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace tactus::control;
using fuzz::claim;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static request_reader reader;
    const std::string_view line(reinterpret_cast<const char*>(bytes), size);
    const auto read = reader.read(line);
    const std::string answer =
        read ? write_result("{\"read\":1}", read->id.empty() ? "null" : read->id)
             : write_error(read.error().why, read.error().id);

    claim(std::count(answer.begin(), answer.end(), '\n') == 1 && answer.back() == '\n');
    const auto seen = read_response(std::string_view(answer).substr(0, answer.size() - 1));
    claim(seen.has_value() == read.has_value());
    if (!read) {
        claim(seen.error().message == read.error().why.message);
        return 0;
    }
    for (const std::string_view name : {"level", "protocol", "x", ""}) {
        static_cast<void>(read->with.text(name));
        static_cast<void>(read->with.number(name));
        static_cast<void>(read->with.flag(name));
    }
    return 0;
}
