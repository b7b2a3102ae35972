// SPDX-License-Identifier: MIT
#include "datagram_rules.hpp"

#include "tables.hpp"

#include <tactus/cpp/endpoint_parts.hpp>

#include <cstring>
#include <string_view>

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace tactus::testing {
namespace {

struct datagram_end {
    datagram_answer answer;
    int family = AF_UNSPEC; // of one that is not there
    unsigned zone = 0;      // of a group
    bool lacks_link = false;
};

datagram_end read_end(const std::string& text, const interface_numbers& scripted) {
    if (text.empty()) {
        return {};
    }
    datagram_end made;
    const detail::scheme_parts parts = detail::split_scheme(text);
    if (parts.scheme == "unixgram" && detail::is_socket_path(parts.rest)) {
        made.family = AF_UNIX;
        return made;
    }
    const parsed_endpoint read = endpoint_of(text);
    if (read.kind != endpoint_kind::datagrams || !read.numeric.has_value()) {
        made.answer = {TACTUS_E_INVALID, "\"" + text + "\" is no numeric endpoint for datagrams."};
        return made;
    }
    made.family = read.numeric->is_ipv4() ? AF_INET : AF_INET6;
    const unsigned zone = number_of_interface(read.numeric->zone(), scripted);
    if (zone == 0 && !read.numeric->zone().empty()) {
        made.answer = {TACTUS_E_IO, text + " cannot be opened. There is no network interface \"" +
                                        read.numeric->zone() + "\"."};
        return made;
    }
    if (made.family == AF_INET6) {
        sockaddr_in6 six{};
        const tactus_address address = to_address(*read.numeric, read.port, zone);
        std::memcpy(&six, address.bytes, sizeof six);
        made.lacks_link = IN6_IS_ADDR_LINKLOCAL(&six.sin6_addr) && zone == 0;
        made.zone = read.numeric->is_multicast() ? zone : 0;
    }
    return made;
}

// Unlike a zone, a device is no number; 0 stands for none, and for one by its address.
datagram_answer answer_to_device(const std::string& name, const datagram_end& local,
                                 const datagram_end& remote, const interface_numbers& scripted) {
    in_addr four{};
    unsigned index = 0;
    if (!name.empty() && inet_pton(AF_INET, name.c_str(), &four) != 1) {
        const auto known = scripted.find(name);
        index = known != scripted.end() ? known->second : if_nametoindex(name.c_str());
        if (index == 0) {
            return {TACTUS_E_INVALID, "There is no network interface \"" + name + "\"."};
        }
    }
    for (const unsigned zone : {local.zone, remote.zone}) {
        if (zone != 0 && index != 0 && zone != index) {
            return {TACTUS_E_INVALID,
                    "A group names another network interface than \"" + name + "\"."};
        }
        index = zone != 0 ? zone : index;
    }
    return {};
}

} // namespace

datagram_answer answer_to_options(const tactus_udp_options& options,
                                  const interface_numbers& scripted) {
    const datagram_end local = read_end(text_of(options.local), scripted);
    const datagram_end remote = read_end(text_of(options.remote), scripted);
    for (const datagram_end* const each : {&local, &remote}) {
        if (each->answer.status != TACTUS_OK) {
            return each->answer;
        }
    }
    if (local.family == AF_UNSPEC && remote.family == AF_UNSPEC) {
        return {TACTUS_E_INVALID, "A UDP socket needs a local or a remote endpoint."};
    }
    if (local.family != AF_UNSPEC && remote.family != AF_UNSPEC && local.family != remote.family) {
        return {TACTUS_E_INVALID, text_of(options.local) + " and " + text_of(options.remote) +
                                      " are of different kinds."};
    }
    const datagram_answer answer =
        answer_to_device(text_of(options.device), local, remote, scripted);
    return answer.status == TACTUS_OK && (local.lacks_link || remote.lacks_link)
               ? datagram_answer{TACTUS_E_IO, "A link-local address needs its network interface."}
               : answer;
}

} // namespace tactus::testing
