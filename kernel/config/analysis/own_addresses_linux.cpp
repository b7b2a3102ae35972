// SPDX-License-Identifier: MIT
#include "kernel/config/analysis/endpoint_overlap.hpp"

#include <tactus/cpp/network_interface.hpp>

#include <algorithm>
#include <array>
#include <climits>
#include <fstream>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sstream>
#include <sys/socket.h>
#include <unistd.h>

namespace tactus::config {
namespace {

void add(std::vector<std::string>& to, const sockaddr* address) {
    const int family = address != nullptr ? address->sa_family : AF_UNSPEC;
    if (family != AF_INET && family != AF_INET6) {
        return;
    }
    const socklen_t size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(address, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0) {
        to.emplace_back(text.data());
    }
}

// Compares with and without the domain.
bool is_own_name(const std::string& name) {
    std::array<char, HOST_NAME_MAX + 1> text{};
    if (::gethostname(text.data(), text.size() - 1) != 0 || text[0] == '\0') {
        return false;
    }
    const std::string own = canonical_host(text.data());
    const auto first_part = [](const std::string& of) { return of.substr(0, of.find('.')); };
    return name == own || name == first_part(own) || name == first_part(own) + ".local";
}

} // namespace

std::string with_named_zone(std::string host) {
    const std::size_t mark = host.find('%');
    if (mark == std::string::npos) {
        return host;
    }
    const std::string name = interface_name(interface_number(host.substr(mark + 1)));
    return name.empty() ? host : host.substr(0, mark + 1) + name;
}

std::vector<std::string> own_addresses() {
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) {
        return {};
    }
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> all(first, &::freeifaddrs);
    std::vector<std::string> out;
    for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
        add(out, one->ifa_addr);
        if ((one->ifa_flags & IFF_BROADCAST) != 0) {
            add(out, one->ifa_broadaddr);
        }
    }
    return out;
}

std::vector<std::string> addresses_of(const std::string& name, std::span<const std::string> own,
                                      const std::string& hosts) {
    std::vector<std::string> out;
    if (name.empty() || is_numeric_address(name)) {
        return out;
    }
    std::ifstream file(hosts);
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line.substr(0, line.find('#')));
        std::string address;
        words >> address;
        for (std::string alias; words >> alias;) {
            if (canonical_host(alias) == name && is_numeric_address(address)) {
                out.push_back(canonical_host(address));
            }
        }
    }
    if (out.empty() && is_own_name(name)) {
        out.assign(own.begin(), own.end());
    }
    return out;
}

} // namespace tactus::config
