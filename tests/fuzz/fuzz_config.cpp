// SPDX-License-Identifier: MIT
// Files and arguments of --set, separated by zero bytes; an argument begins with '!'. Whatever they
// are, they are merged or refused at a place in one of them, and a value is written as it is read.
#include "kernel/config/source/merger.hpp"
#include "kernel/config/source/setting_argument.hpp"
#include "kernel/config/source/toml_text.hpp"
#include "tests/fuzz/claim.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using namespace tactus::config;
using fuzz::claim;

namespace {

std::vector<source_text> sources_of(std::string_view text) {
    std::vector<source_text> sources;
    for (std::size_t end = 0; end != text.npos && sources.size() < 8;) {
        end = text.find('\0');
        const std::string_view one = text.substr(0, end);
        const bool is_argument = one.starts_with('!');
        sources.push_back(
            {is_argument ? argument_path : "f.toml", std::string(one.substr(is_argument ? 1 : 0))});
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return sources;
}

bool has_date(const node& of) {
    bool found = of.kind == node_kind::date;
    for (const node& item : of.items) {
        found = found || has_date(item);
    }
    for (const entry& one : of.entries) {
        found = found || has_date(one.value);
    }
    return found;
}

void claim_places(const node& of, std::size_t sources) {
    claim(of.where.source < sources && of.end.source < sources);
    for (const node& item : of.items) {
        claim_places(item, sources);
    }
    for (const entry& one : of.entries) {
        claim(one.where.source < sources);
        claim_places(one.value, sources);
        for (const node& replaced : one.replaced) {
            claim_places(replaced, sources);
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::vector<source_text> sources =
        sources_of({reinterpret_cast<const char*>(bytes), size});
    std::vector<diagnostic> found;
    merger all(
        [](std::string_view, std::string_view, std::string_view key) { return key == "as"; });
    for (std::uint32_t i = 0; i < sources.size(); ++i) {
        const bool is_argument = sources[i].path == argument_path;
        auto read =
            is_argument ? parse_setting(sources[i].text, i) : parse_document(sources[i].text, i);
        if (!read) {
            found.push_back(read.error());
        } else if (is_argument) {
            claim(read->entries.size() == 1);
            const std::size_t before = all.found().size();
            claim(all.set(std::move(*read)) == (all.found().size() == before));
        } else {
            all.add(std::move(*read));
        }
    }
    found.insert(found.end(), all.found().begin(), all.found().end());
    for (const diagnostic& one : found) {
        claim(one.where.source < sources.size() && !one.message.empty());
    }
    claim(found.empty() == render(found, sources, "x").empty());
    claim_places(all.merged(), sources.size());
    if (!has_date(all.merged())) {
        const std::string text = toml_text(all.merged());
        const auto again = parse_value(text);
        claim(!again || toml_text(*again) == text); // a line may be longer than a file's may be
    }
    return 0;
}
