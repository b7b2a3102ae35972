// SPDX-License-Identifier: MIT
// Which names a client may call us by: against DNS rebinding, where a web page makes its own name
// point at this machine and then reads us as its own. A browser always says the name it was given.
// Allowed: the address that we are bound to as a literal, localhost, and what the config allows.
// Bound to all addresses we cannot know our own, so any literal will do: it cannot be re-bound.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tactus::metrics {

// "name:port" and "[v6]:port" without port and brackets; empty where it is neither.
[[nodiscard]] std::string host_name(std::string_view host);

class host_policy {
public:
    // `bound` as an acceptor tells it, "127.0.0.1:9464"; `allowed` are names or addresses without a
    // port.
    host_policy(std::string_view bound, std::vector<std::string> allowed);

    // `host` as in the header: a name or literal, with or without a port, which does not matter.
    // "": there was no header, as HTTP/1.0 may have it; no browser speaks that.
    [[nodiscard]] bool allows(std::string_view host) const;

private:
    std::string bound_; // the address in its canonical form
    bool allows_any_literal_;
    std::vector<std::string> allowed_;
};

} // namespace tactus::metrics
