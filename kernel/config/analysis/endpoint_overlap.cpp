// SPDX-License-Identifier: MIT
#include "kernel/config/analysis/endpoint_overlap.hpp"

#include <tactus/cpp/endpoint_parts.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

namespace tactus::config {
namespace {

// Packets sent to the unspecified address arrive at this machine.
std::string destination(const std::string& host) {
    if (host == "0.0.0.0") {
        return "127.0.0.1";
    }
    return host == "::" ? "::1" : host;
}

std::string real_path(const std::string& path) {
    std::error_code failure;
    const std::filesystem::path real = std::filesystem::weakly_canonical(path, failure);
    return failure ? std::filesystem::path(path).lexically_normal().string() : real.string();
}

} // namespace

const std::vector<value>& values_of(const instance_settings& of, std::string_view key,
                                    std::uint32_t type) {
    static const std::vector<value> none;
    const option_table options = option_table::of(*of.descriptor);
    const std::uint32_t at = options.index_of(key);
    const bool is_declared = at < options.size() && options[at].type == type;
    return is_declared && of.options.has(key) ? of.options.all(key) : none;
}

std::vector<const char*> listening_options(const instance_settings& of) {
    const std::vector<value>& replies = values_of(of, "reply", TACTUS_OPT_BOOL);
    const bool is_replying = replies.empty() || replies.front().integer != 0;
    return is_replying ? std::vector{"listen", "reply_listen"} : std::vector{"listen"};
}

std::optional<endpoint> comparable(const std::string& text) {
    const std::array schemes{detail::split_scheme(text).scheme};
    result<endpoint, complaint> read = parse_endpoint(text, schemes);
    if (!read) {
        return std::nullopt;
    }
    read->host = with_named_zone(canonical_host(std::move(read->host)));
    read->path = read->path.empty() ? "" : real_path(read->path);
    return std::move(*read);
}

bool covers(const endpoint& listen, std::string_view host) {
    const bool is_four = host.find(':') == std::string_view::npos;
    return listen.host == "::" || (listen.host == "0.0.0.0" && is_four);
}

bool reaches(const endpoint& to, const endpoint& listen, std::span<const std::string> own) {
    if (to.scheme != listen.scheme) {
        return false;
    }
    if (!to.path.empty() || !listen.path.empty()) {
        return to.path == listen.path;
    }
    if (to.port != listen.port || listen.port == 0) {
        return false;
    }
    const std::string there = destination(to.host);
    const bool is_here = is_loopback(there) || there == "255.255.255.255" ||
                         std::find(own.begin(), own.end(), there) != own.end();
    return there == listen.host || (covers(listen, there) && is_here);
}

} // namespace tactus::config
