// SPDX-License-Identifier: MIT
#include "alsa_client.hpp"

#include <tactus/cpp/error.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

namespace midi {
namespace {

// An event of variable length must fit into libasound's buffer, or it could never be read; our pool
// limits it to 28 bytes per cell.
constexpr std::size_t input_bytes = 65536;
constexpr int announcements = 253;      // our port for announcements: the last one
constexpr std::size_t decoded_max = 64; // RPN and NRPN become four control changes of 3 bytes

struct all_clients {
    std::mutex mutex; // guards the map below
    std::map<std::string, std::weak_ptr<alsa_client>, std::less<>> by_name;
};

// Static, since it tracks the clients of the whole process.
all_clients& process() {
    static all_clients all;
    return all;
}

[[noreturn]] void fail(const char* what, int error) {
    throw tactus::failure(TACTUS_E_IO, std::string(what) + ": " + snd_strerror(error));
}

// libasound writes error texts to stderr unless it has a handler; each call's result is sufficient.
void say_nothing(const char*, int, const char*, int, const char*, ...) {}

void take_schedule_of(std::thread& thread) noexcept {
    int policy = 0;
    sched_param mine{};
    if (pthread_getschedparam(pthread_self(), &policy, &mine) == 0) {
        pthread_setschedparam(thread.native_handle(), policy, &mine);
    }
}

} // namespace

std::shared_ptr<alsa_client> alsa_client::open(const std::string& name, std::string& why) {
    all_clients& all = process();
    const std::lock_guard lock(all.mutex);
    std::weak_ptr<alsa_client>& known = all.by_name[name];
    std::shared_ptr<alsa_client> client = known.lock();
    if (client == nullptr) {
        client.reset(new alsa_client(name));
        if (!client->start(why)) {
            return nullptr;
        }
        known = client;
    }
    return client;
}

bool alsa_client::is_of_this_process(int client) noexcept {
    all_clients& all = process();
    const std::lock_guard lock(all.mutex);
    return std::any_of(all.by_name.begin(), all.by_name.end(), [client](const auto& each) {
        const std::shared_ptr<alsa_client> open = each.second.lock();
        return open != nullptr && open->number() == client;
    });
}

bool alsa_client::start(std::string& why) {
    snd_lib_error_set_handler(&say_nothing);
    why = sequencer_complaint();
    if (!why.empty()) {
        return false;
    }
    const int opened = snd_seq_open(&handle_, "hw", SND_SEQ_OPEN_DUPLEX, SND_SEQ_NONBLOCK);
    if (opened < 0) {
        handle_ = nullptr;
        why = std::string("ALSA's sequencer could not be opened: ") + snd_strerror(opened);
        return false;
    }
    number_ = snd_seq_client_id(handle_);
    connections_.open(handle_);
    snd_seq_set_client_name(handle_, name_.c_str());
    snd_seq_set_input_buffer_size(handle_, input_bytes);
    pollfd readable{};
    snd_seq_poll_descriptors(handle_, &readable, 1, POLLIN);
    fd_ = readable.fd;
    if (snd_midi_event_new(decoded_max, &coder_) < 0 || pipe(closing_) != 0) {
        why = "there is not enough memory, or there are too many open files";
        return false;
    }
    snd_midi_event_no_status(coder_, 1);
    listen_to_announcements();
    reader_ = std::thread([this] { read_until_closed(); });
    take_schedule_of(reader_);
    return true;
}

void alsa_client::reserve_pool(std::size_t cells) {
    const std::lock_guard lock(mutex_);
    pool_cells_ = std::max(pool_cells_, cells);
    if (const int done = snd_seq_set_client_pool_input(handle_, pool_cells_); done < 0) {
        fail("the sequencer does not grant a pool of that size", done);
    }
}

// Numbered after all others: our ports count from 0, like those of a program with one port.
void alsa_client::listen_to_announcements() {
    snd_seq_port_info_t* info = nullptr;
    snd_seq_port_info_alloca(&info);
    snd_seq_port_info_set_name(info, "announcements");
    snd_seq_port_info_set_capability(info, SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_NO_EXPORT);
    snd_seq_port_info_set_type(info, SND_SEQ_PORT_TYPE_APPLICATION);
    snd_seq_port_info_set_port(info, announcements);
    snd_seq_port_info_set_port_specified(info, 1);
    int done = snd_seq_create_port(handle_, info);
    if (done >= 0) {
        done = snd_seq_connect_from(handle_, announcements, SND_SEQ_CLIENT_SYSTEM,
                                    SND_SEQ_PORT_SYSTEM_ANNOUNCE);
    }
    if (done < 0) {
        fail("the sequencer does not report ports that come and go", done);
    }
}

alsa_client::~alsa_client() {
    if (closing_[1] >= 0) {
        close(closing_[1]);
    }
    if (reader_.joinable()) {
        reader_.join();
    }
    if (closing_[0] >= 0) {
        close(closing_[0]);
    }
    if (coder_ != nullptr) {
        snd_midi_event_free(coder_);
    }
    if (handle_ != nullptr && has_abandoned()) {
        // The kernel would wait up to 10 s for bytes that a device has not taken; a detached thread
        // waits instead. It ends, with its wait, when the process does.
        std::thread([handle = handle_] { snd_seq_close(handle); }).detach();
    } else if (handle_ != nullptr) {
        snd_seq_close(handle_);
    }
}

int alsa_client::make_port(const port_wanted& wanted) {
    static_cast<void>(has_abandoned());
    snd_seq_port_info_t* info = nullptr;
    snd_seq_port_info_alloca(&info);
    snd_seq_port_info_set_name(info, wanted.name.c_str());
    snd_seq_port_info_set_capability(
        info, wanted.listener == nullptr ? SND_SEQ_PORT_CAP_READ | SND_SEQ_PORT_CAP_SUBS_READ
                                         : SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_SUBS_WRITE);
    snd_seq_port_info_set_type(info,
                               SND_SEQ_PORT_TYPE_MIDI_GENERIC | SND_SEQ_PORT_TYPE_APPLICATION);
    snd_seq_port_info_set_midi_channels(info, 16);
    if (wanted.stamp_queue >= 0) {
        snd_seq_port_info_set_timestamping(info, 1);
        snd_seq_port_info_set_timestamp_real(info, 1);
        snd_seq_port_info_set_timestamp_queue(info, wanted.stamp_queue);
    }
    const std::lock_guard lock(mutex_); // no events for the port before its listener is set
    if (const int made = snd_seq_create_port(handle_, info); made < 0) {
        fail("ALSA made no port", made);
    }
    const int port = snd_seq_port_info_get_port(info);
    if (wanted.listener != nullptr) {
        listening_.push_back({port, wanted.listener});
    }
    return port;
}

int alsa_client::stamp_queue() {
    const std::lock_guard lock(sending_);
    if (const int done = stamps_.take(handle_); done < 0) {
        fail("ALSA made no queue for time stamps (`steady`)", done);
    }
    return stamps_.number();
}

void alsa_client::delete_port(int port) noexcept {
    snd_seq_delete_simple_port(handle_, port);
    const std::lock_guard lock(mutex_);
    std::erase_if(listening_, [port](const listening& each) { return each.own == port; });
    connections_.forget(port);
}

void alsa_client::abandon_port(int port) {
    const std::lock_guard lock(mutex_);
    abandoned_.push_back(port);
    connections_.forget(port);
}

// Deletes the ports that the sequencer has disconnected meanwhile.
bool alsa_client::has_abandoned() {
    const std::lock_guard lock(mutex_);
    std::erase_if(abandoned_, [this](int port) {
        const bool is_over = connections_.subscribers(port).empty();
        if (is_over) {
            snd_seq_delete_simple_port(handle_, port);
        }
        return is_over;
    });
    return !abandoned_.empty();
}

int alsa_client::write(int own, alsa_address to, snd_seq_event_t& event) noexcept {
    event.source.client = static_cast<unsigned char>(number_);
    event.source.port = static_cast<unsigned char>(own);
    event.dest.client = static_cast<unsigned char>(to.client);
    event.dest.port = static_cast<unsigned char>(to.port);
    event.queue = SND_SEQ_QUEUE_DIRECT;
    const std::lock_guard lock(sending_);
    const int written = snd_seq_event_output_direct(handle_, &event);
    return written < 0 ? written : 0;
}

void alsa_client::add_watcher(waker watcher) {
    const std::lock_guard lock(mutex_);
    watchers_.push_back(watcher);
}

void alsa_client::remove_watcher(waker watcher) noexcept {
    const std::lock_guard lock(mutex_);
    std::erase_if(watchers_, [&](const waker& each) { return each.context == watcher.context; });
}

void alsa_client::read_until_closed() noexcept {
    pthread_setname_np(pthread_self(), "midi alsa");
    for (;;) {
        pollfd waits[] = {{fd_, POLLIN, 0}, {closing_[0], POLLIN, 0}};
        if (poll(waits, 2, until_next_look_ms()) < 0 && errno != EINTR) {
            return;
        }
        if (waits[1].revents != 0) {
            return;
        }
        read_what_is_there();
    }
}

// Tells the listeners that no more events are queued. Returns the timeout for poll(): -1 for none.
int alsa_client::until_next_look_ms() noexcept {
    const std::lock_guard lock(mutex_);
    int soonest_ms = -1;
    for (const listening& each : listening_) {
        if (const auto next = each.listener->idle()) {
            const int next_ms = static_cast<int>(next->count());
            soonest_ms = soonest_ms < 0 ? next_ms : std::min(soonest_ms, next_ms);
        }
    }
    return soonest_ms;
}

void alsa_client::read_what_is_there() noexcept {
    for (;;) {
        snd_seq_event_t* event = nullptr;
        const int got = snd_seq_event_input(handle_, &event);
        if (got == -ENOSPC) {
            tell_overrun();
        } else if (got < 0) {
            return;
        } else if (event != nullptr) {
            take(*event);
        }
    }
}

void alsa_client::take(const snd_seq_event_t& event) noexcept {
    if (event.dest.port == announcements) {
        follow_announcement(event);
        return;
    }
    std::array<unsigned char, decoded_max> decoded;
    std::span<const std::uint8_t> bytes;
    if (event.type == SND_SEQ_EVENT_SYSEX) {
        bytes = {static_cast<const std::uint8_t*>(event.data.ext.ptr), event.data.ext.len};
    } else {
        const long size = snd_midi_event_decode(coder_, decoded.data(), decoded.size(), &event);
        bytes = {decoded.data(), static_cast<std::size_t>(std::max(size, 0L))};
    }
    const bool has_stamp = (event.flags & SND_SEQ_TIME_STAMP_MASK) == SND_SEQ_TIME_STAMP_REAL;
    const std::uint64_t stamp_us = has_stamp ? alsa_stamps::in_us(event.time.time) : 0;
    const std::lock_guard lock(mutex_);
    for (const listening& each : listening_) {
        if (each.own == event.dest.port && !bytes.empty()) {
            each.listener->take(bytes, stamp_us);
        }
    }
}

void alsa_client::follow_announcement(const snd_seq_event_t& announced) noexcept {
    const snd_seq_addr_t& who = announced.data.addr;
    const bool is_client = announced.type == SND_SEQ_EVENT_CLIENT_EXIT;
    if (is_client || announced.type == SND_SEQ_EVENT_PORT_EXIT) {
        connections_.mark_gone(who.client, is_client ? -1 : who.port);
    }
    wake_all();
}

// The lost events may include announcements; therefore all watchers check again.
void alsa_client::tell_overrun() noexcept {
    {
        const std::lock_guard lock(mutex_);
        for (const listening& each : listening_) {
            each.listener->overrun();
        }
    }
    wake_all();
}

void alsa_client::wake_all() noexcept {
    changes_.fetch_add(1, std::memory_order_release);
    const std::lock_guard lock(mutex_);
    for (const waker& each : watchers_) {
        each();
    }
}

} // namespace midi
