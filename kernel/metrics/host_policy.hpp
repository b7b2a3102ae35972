// SPDX-License-Identifier: MIT
// Which host names a client may use for us: against DNS rebinding, where a web page points its own
// name at this machine and then reads our pages as its own. A browser always sends the name it was
// given. Allowed: the address that we are bound to as a literal, localhost, and what the config
// allows. Bound to all addresses, ours is unknown, so any literal is allowed: it cannot be rebound.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tactus::metrics {

// "name:port" and "[v6]:port" without port and brackets; empty if it is neither.
[[nodiscard]] std::string host_name(std::string_view host);

class host_policy {
public:
    // `bound` as an acceptor reports it, "127.0.0.1:9464"; `allowed` are names or addresses without
    // a port.
    host_policy(std::string_view bound, std::vector<std::string> allowed);

    // `host` as in the header: a name or literal; a port is ignored. "": there was no header, as
    // HTTP/1.0 permits; no browser sends that.
    [[nodiscard]] bool allows(std::string_view host) const;

private:
    std::string bound_; // the address in its canonical form
    bool allows_any_literal_;
    std::vector<std::string> allowed_;
};

} // namespace tactus::metrics
