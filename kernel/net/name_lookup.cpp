// SPDX-License-Identifier: MIT
#include "kernel/net/name_lookup.hpp"

#include "kernel/base/assert.hpp"
#include "kernel/base/priority_mutex.hpp"
#include "kernel/base/start_thread.hpp"

#include <tactus/cpp/localhost.hpp>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <string>
#include <system_error>
#include <utility>

#include <netdb.h>

namespace tactus::net {

struct lookup_line::question {
    stream_endpoint of;
    found_addresses found; // the thread's until it has posted, then the loop's

    base::priority_mutex mutex; // guards line
    lookup_line* line = nullptr;

    void look_up() noexcept {
        addrinfo wanted{};
        wanted.ai_family = AF_UNSPEC;
        wanted.ai_socktype = of.by == transport::udp ? SOCK_DGRAM : SOCK_STREAM;
        wanted.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG;
        const std::string port = std::to_string(of.port);
        addrinfo* first = nullptr;
        found.error = ::getaddrinfo(of.host.c_str(), port.c_str(), &wanted, &first);
        if (found.error != 0) {
            if (is_in_localhost(of.host)) { // no /etc/hosts, as in a small container
                found = {{parse_numeric_host("127.0.0.1", of.port).value(),
                          parse_numeric_host("::1", of.port).value()}};
            }
            return;
        }
        for (const addrinfo* each = first;
             each != nullptr && found.addresses.size() < name_lookup::addresses_max;
             each = each->ai_next) {
            stream_address& address = found.addresses.emplace_back();
            std::memcpy(&address.bytes, each->ai_addr, each->ai_addrlen);
            address.size = each->ai_addrlen;
        }
        ::freeaddrinfo(first);
    }

    // The thread's function: `held` is its share of a question.
    static void run(void* held) noexcept {
        std::unique_ptr<std::shared_ptr<question>> mine(
            static_cast<std::shared_ptr<question>*>(held));
        question& self = **mine;
        self.look_up();
        const std::lock_guard lock(self.mutex);
        if (self.line != nullptr) {
            self.line->reactor_.post(&question::deliver, new std::shared_ptr<question>(*mine));
        }
    }
    static void deliver(void* held) noexcept {
        const std::unique_ptr<std::shared_ptr<question>> mine(
            static_cast<std::shared_ptr<question>*>(held));
        question& self = **mine;
        // Waits until the thread has left post: the loop may be destroyed soon after this call.
        { const std::lock_guard lock(self.mutex); }
        if (self.line != nullptr) { // changed only by this thread
            self.line->answered(std::move(self.found));
        }
    }
};

lookup_line::~lookup_line() {
    TACTUS_ASSERT(waiting_.empty() && asker_ == nullptr);
    if (under_way_ != nullptr) {
        const std::lock_guard lock(under_way_->mutex);
        under_way_->line = nullptr;
    }
}

void lookup_line::leave(name_lookup& asker) noexcept {
    asker_ = asker_ == &asker ? nullptr : asker_;
    waiting_.erase(std::remove(waiting_.begin(), waiting_.end(), &asker), waiting_.end());
}

void lookup_line::ask_next() {
    while (under_way_ == nullptr && !waiting_.empty()) {
        asker_ = waiting_.front();
        waiting_.pop_front();
        under_way_ = std::make_shared<question>();
        under_way_->of = asker_->of_;
        under_way_->line = this;
        auto share = std::make_unique<std::shared_ptr<question>>(under_way_);
        try {
            base::start_without_signals(base::thread_role::lookup, "tactus-name", &question::run,
                                        share.get())
                .detach();
            static_cast<void>(share.release());
        } catch (const std::system_error&) {
            reactor_.post(&question::deliver, share.release()); // never inside ask
            under_way_->found.error = EAI_MEMORY;
        }
    }
}

void lookup_line::answered(found_addresses found) {
    under_way_ = nullptr;
    name_lookup* const heard = std::exchange(asker_, nullptr);
    ask_next();
    if (heard != nullptr) {
        heard->line_ = nullptr;
        heard->answer_(heard->asker_, std::move(found)); // may end the line
    }
}

void name_lookup::ask(lookup_line& line, const stream_endpoint& of,
                      void (*answer)(void*, found_addresses) noexcept, void* asker) {
    TACTUS_ASSERT(line_ == nullptr);
    line_ = &line;
    of_ = of;
    answer_ = answer;
    asker_ = asker;
    line.enter(*this);
    line.ask_next();
}

name_lookup::~name_lookup() {
    if (line_ != nullptr) {
        line_->leave(*this);
    }
}

} // namespace tactus::net
