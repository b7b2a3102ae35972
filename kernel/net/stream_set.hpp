// SPDX-License-Identifier: MIT
// The streams and listeners of one instance, its connections in progress and name lookups, with the
// user's limits and the counts. Called by host/api/stream.cpp. Threads: loop.
#pragma once

#include "kernel/base/connection_counts.hpp"
#include "kernel/base/result.hpp"
#include "kernel/net/operations.hpp"
#include "kernel/net/stream_connect.hpp"
#include "kernel/net/stream_listener.hpp"
#include "kernel/net/stream_socket.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tactus::net {

class stream_set final : public connection_taker,
                         public stream_connect::owner,
                         public stream_resolve::owner {
public:
    // `next_id` gives an id unique among the instance's handles; `refused` logs why a
    // connection was refused, the end of a sentence.
    struct means {
        coro::reactor& reactor;
        stream_limits limits;
        std::function<tactus_id()> next_id;
        std::function<void(const char*)> refused;
    };

    explicit stream_set(means with) : with_(std::move(with)), names_(with_.reactor) {}
    ~stream_set() override = default; // close_all first

    // Errors: io, with the reason.
    [[nodiscard]] result<tactus_id> listen(const stream_address& at, std::uint32_t mode);
    [[nodiscard]] tactus_id adopt(int fd);
    // TACTUS_PENDING: the op ends later, as the interface specifies. Otherwise it has not begun.
    [[nodiscard]] tactus_status start_connect(operation& op, const stream_endpoint& to,
                                              std::int64_t deadline_ns);
    [[nodiscard]] tactus_status start_resolve(operation& op, const resolve_request& request,
                                              std::int64_t deadline_ns);
    // For a connect or resolve that waits.
    void abort(operation& op) noexcept;

    [[nodiscard]] stream_socket* stream(tactus_id id) const noexcept;
    [[nodiscard]] stream_listener* listener(tactus_id id) const noexcept;
    void refuse(tactus_id stream, base::refused why) noexcept;
    [[nodiscard]] bool close(tactus_id id) noexcept;
    void close_all() noexcept; // pending ops end as cancelled
    [[nodiscard]] const base::connection_counts& counts() const noexcept { return counts_; }

private:
    [[nodiscard]] bool has_room() const noexcept override;
    tactus_id take(int fd, const stream_address& peer) override;
    void refused(base::refused why) noexcept override;
    void out_of_descriptors() noexcept override;
    void connected(stream_connect& ended, int fd, std::uint64_t reason) noexcept override;
    void resolved(stream_resolve& ended, std::uint32_t found,
                  std::uint64_t reason) noexcept override;

    tactus_id add(const stream_socket::descriptor& with);
    void arm(operation& op, std::int64_t deadline_ns) noexcept;
    void finish(operation& op, tactus_status status, std::uint64_t result) noexcept;

    means with_;
    base::connection_counts counts_; // these two outlive the members below
    lookup_line names_;
    std::unordered_map<tactus_id, std::unique_ptr<stream_socket>> streams_;
    std::unordered_map<tactus_id, std::unique_ptr<stream_listener>> listeners_;
    std::vector<std::unique_ptr<stream_connect>> connecting_;
    std::vector<std::unique_ptr<stream_resolve>> resolving_;
};

} // namespace tactus::net
