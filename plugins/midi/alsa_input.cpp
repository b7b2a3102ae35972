// SPDX-License-Identifier: MIT
// ALSA in, through its sequencer: a port of our client for each port that is listened to. The bytes
// come on the client's thread. A SysEx comes in parts, of a device in such of 256 bytes; the stream
// parser puts them together and bounds them.
#include "alsa_port.hpp"
#include "source_system.hpp"

#include <tactus/cpp/error.hpp>

#include <algorithm>

namespace midi {
namespace {

using namespace std::chrono_literals;
using direction = alsa_client::direction;

class alsa_source final : public alsa_listener {
public:
    alsa_source(alsa_client& client, intake& into, source& to)
        : client_(client), into_(into), to_(to) {}
    alsa_source(const alsa_source&) = delete;
    alsa_source& operator=(const alsa_source&) = delete;
    ~alsa_source() {
        if (own_ >= 0) {
            client_.delete_port(own_);
        }
    }

    /// Errors: tactus::failure.
    void open(const std::string& own_name) {
        own_ = client_.make_port(own_name, direction::receives, this);
    }
    void listen_to(const alsa_port& port) {
        from_ = port.name;
        client_.tie(own_, direction::receives, port.at);
    }
    const source& to() const noexcept { return to_; }
    /// Of what it listens to; empty where that is a virtual port.
    const std::string& from() const noexcept { return from_; }
    bool is_held() const noexcept { return client_.is_held(own_); }

private:
    void take(std::span<const std::uint8_t> bytes) noexcept override { into_.take(to_, bytes, 0); }
    void overrun() noexcept override { into_.tell_overrun(to_); }

    alsa_client& client_;
    intake& into_;
    source& to_;
    int own_ = -1;
    std::string from_;
};

class alsa_input final : public source_system {
public:
    alsa_input(std::shared_ptr<alsa_client> client, waker wake, intake* into)
        : client_(std::move(client)), wake_(wake), into_(into) {
        client_->add_watcher(wake_);
    }
    ~alsa_input() override { client_->remove_watcher(wake_); }

    std::string_view name() const noexcept override { return "ALSA"; }
    std::vector<std::string> ports() override {
        listed_ = list_alsa_ports(*client_, direction::receives);
        std::vector<std::string> names;
        for (const alsa_port& each : listed_) {
            const auto ours = std::find_if(sources_.begin(), sources_.end(), [&](const auto& one) {
                return one->from() == each.name;
            });
            if (ours == sources_.end() || (*ours)->is_held()) {
                names.push_back(each.name);
            }
        }
        return names;
    }
    port_identity identity_of(const std::string& port) override {
        const alsa_port* found = find_alsa_port(listed_, port);
        return found != nullptr ? midi::identity_of(*found) : port_identity();
    }
    void attach(const std::string& port, const std::string& own_name, source& to) override {
        const std::vector<alsa_port> all = list_alsa_ports(*client_, direction::receives);
        const alsa_port* found = find_alsa_port(all, port);
        if (found == nullptr) {
            throw tactus::failure(TACTUS_E_IO, "it went away");
        }
        auto made = std::make_unique<alsa_source>(*client_, *into_, to);
        made->open(own_name);
        made->listen_to(*found);
        sources_.push_back(std::move(made));
    }
    void attach_virtual(const std::string& own_name, source& to) override {
        auto made = std::make_unique<alsa_source>(*client_, *into_, to);
        made->open(own_name);
        sources_.push_back(std::move(made));
    }
    void detach(source& from) noexcept override {
        std::erase_if(sources_, [&from](const auto& each) { return &each->to() == &from; });
    }

    bool is_lost() const noexcept override { return false; }
    std::chrono::milliseconds look_again() const noexcept override { return 0ms; } // ALSA tells

private:
    std::shared_ptr<alsa_client> client_;
    waker wake_;
    intake* into_; // nullptr: it only lists
    std::vector<alsa_port> listed_;
    std::vector<std::unique_ptr<alsa_source>> sources_;
};

} // namespace

std::unique_ptr<source_system> open_alsa_sources(const source_opening& as, intake* into,
                                                 std::string& why) {
    std::shared_ptr<alsa_client> client = alsa_client::open(as.client, why);
    return client == nullptr ? nullptr
                             : std::make_unique<alsa_input>(std::move(client), as.wake, into);
}

} // namespace midi
