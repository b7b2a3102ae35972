// SPDX-License-Identifier: MIT
#include "kernel/host/name_lookup.hpp"

#include "kernel/base/assert.hpp"

#include <cstring>
#include <string>
#include <utility>

#include <netdb.h>

namespace tactus::host {
namespace {

// Loop only: how many questions are under way.
std::uint32_t& under_way() noexcept {
    thread_local std::uint32_t count = 0;
    return count;
}

} // namespace

struct name_lookup::question {
    coro::job job;
    stream_endpoint of;
    found_addresses found;
    name_lookup* asker = nullptr; // nullptr: gone
    void (*answer)(void*, found_addresses) noexcept = nullptr;
    void* owner = nullptr;

    // On the other thread.
    void work() noexcept {
        addrinfo wanted{};
        wanted.ai_family = AF_UNSPEC;
        wanted.ai_socktype = of.by == transport::udp ? SOCK_DGRAM : SOCK_STREAM;
        wanted.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG;
        const std::string port = std::to_string(of.port);
        addrinfo* first = nullptr;
        found.error = ::getaddrinfo(of.host.c_str(), port.c_str(), &wanted, &first);
        if (found.error != 0) {
            return;
        }
        for (const addrinfo* each = first;
             each != nullptr && found.addresses.size() < addresses_max; each = each->ai_next) {
            stream_address& address = found.addresses.emplace_back();
            std::memcpy(&address.bytes, each->ai_addr, each->ai_addrlen);
            address.size = each->ai_addrlen;
        }
        ::freeaddrinfo(first);
    }

    static void done(coro::job& node) noexcept {
        const std::unique_ptr<question> ended(static_cast<question*>(node.owner));
        --under_way();
        if (ended->asker != nullptr) {
            ended->asker->asked_ = nullptr;
            ended->answer(ended->owner, std::move(ended->found));
        }
    }
};

bool name_lookup::ask(coro::reactor& reactor, const stream_endpoint& of,
                      void (*answer)(void*, found_addresses) noexcept, void* owner) {
    TACTUS_ASSERT(asked_ == nullptr);
    if (under_way() == pending_max) {
        return false;
    }
    ++under_way();
    auto made = std::make_unique<question>();
    made->of = of;
    made->asker = this;
    made->answer = answer;
    made->owner = owner;
    made->job.owner = made.get();
    made->job.work = [](coro::job& node) noexcept { static_cast<question*>(node.owner)->work(); };
    made->job.done = &question::done;
    asked_ = made.release();
    reactor.start(asked_->job);
    return true;
}

name_lookup::~name_lookup() {
    if (asked_ != nullptr) {
        asked_->asker = nullptr;
    }
}

} // namespace tactus::host
