// SPDX-License-Identifier: MIT
#include "alsa_connections.hpp"

#include <tactus/cpp/error.hpp>

#include <algorithm>
#include <cerrno>
#include <string>

namespace midi {
namespace {

[[noreturn]] void fail(const char* what, int error) {
    throw tactus::failure(TACTUS_E_IO, std::string(what) + ": " + snd_strerror(error));
}

} // namespace

int alsa_connections::subscribe(const connection& what, bool is_wanted) const noexcept {
    const alsa_address own{snd_seq_client_id(client_), what.own};
    const bool sends = what.way == alsa_direction::sends;
    const alsa_address from = sends ? own : what.other;
    const alsa_address to = sends ? what.other : own;
    const snd_seq_addr_t sender{static_cast<unsigned char>(from.client),
                                static_cast<unsigned char>(from.port)};
    const snd_seq_addr_t dest{static_cast<unsigned char>(to.client),
                              static_cast<unsigned char>(to.port)};
    snd_seq_port_subscribe_t* asked = nullptr;
    snd_seq_port_subscribe_alloca(&asked);
    snd_seq_port_subscribe_set_sender(asked, &sender);
    snd_seq_port_subscribe_set_dest(asked, &dest);
    return is_wanted ? snd_seq_subscribe_port(client_, asked)
                     : snd_seq_get_port_subscription(client_, asked);
}

bool alsa_connections::is_subscribed(const connection& what) const noexcept {
    return subscribe(what, false) >= 0;
}

void alsa_connections::make(int own, alsa_direction way, alsa_address other) {
    const connection made{own, way, other};
    const int done = subscribe(made, true);
    if (done == -EAGAIN) { // from the driver, which has one place for each cable
        fail("ALSA refused the connection, since another program has it alone", done);
    }
    if (done < 0 && done != -EBUSY) { // busy: the connection exists already
        fail("ALSA refused the connection", done);
    }
    const std::lock_guard lock(mutex_);
    std::erase_if(made_, [own](const connection& each) { return each.own == own; });
    made_.push_back(made);
}

bool alsa_connections::is_held(int own) noexcept {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(made_.begin(), made_.end(),
                                    [own](const connection& each) { return each.own == own; });
    if (found == made_.end()) {
        return false;
    }
    found->is_held = found->is_held && is_subscribed(*found);
    return found->is_held;
}

std::vector<alsa_address> alsa_connections::subscribers(int own) const {
    const snd_seq_addr_t root{static_cast<unsigned char>(snd_seq_client_id(client_)),
                              static_cast<unsigned char>(own)};
    snd_seq_query_subscribe_t* query = nullptr;
    snd_seq_query_subscribe_alloca(&query);
    snd_seq_query_subscribe_set_root(query, &root);
    snd_seq_query_subscribe_set_type(query, SND_SEQ_QUERY_SUBS_READ);
    std::vector<alsa_address> all;
    for (int i = 0; snd_seq_query_port_subscribers(client_, query) >= 0; ++i) {
        const snd_seq_addr_t* found = snd_seq_query_subscribe_get_addr(query);
        all.push_back({found->client, found->port});
        snd_seq_query_subscribe_set_index(query, i + 1);
    }
    return all;
}

void alsa_connections::forget(int own) noexcept {
    const std::lock_guard lock(mutex_);
    std::erase_if(made_, [own](const connection& each) { return each.own == own; });
}

// A connection that still exists is newer than this announcement: another port has that number.
void alsa_connections::mark_gone(int client, int port) noexcept {
    const std::lock_guard lock(mutex_);
    for (connection& each : made_) {
        const bool is_meant = each.other.client == client && (port < 0 || each.other.port == port);
        if (is_meant && !is_subscribed(each)) {
            each.is_held = false;
        }
    }
}

} // namespace midi
