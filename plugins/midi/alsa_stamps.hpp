// SPDX-License-Identifier: MIT
// The sequencer queue whose clock stamps what a port of ours receives. It is taken for that alone,
// and freed with the client that owns it. Threads: as each function says.
#pragma once

#include <alsa/asoundlib.h>

#include <atomic>
#include <cstdint>

namespace midi {

class alsa_stamps {
public:
    /// Takes and starts the queue, the first time. Returns 0 or the system's error, negative.
    /// Threads: the one that may use the client's output buffer.
    int take(snd_seq_t* client) noexcept {
        if (number() >= 0) {
            return 0;
        }
        const int queue = snd_seq_alloc_named_queue(client, "time stamps");
        int done = queue;
        if (queue >= 0) {
            done = snd_seq_start_queue(client, queue, nullptr);
        }
        if (done >= 0) {
            done = snd_seq_drain_output(client);
        }
        if (done < 0) {
            return done;
        }
        number_.store(queue, std::memory_order_relaxed);
        return 0;
    }
    /// -1 if the queue has not been taken. Threads: any.
    int number() const noexcept { return number_.load(std::memory_order_relaxed); }
    /// The present time on its clock. Bounds: it has been taken. Threads: any. Units: us.
    std::uint64_t now_us(snd_seq_t* client) const noexcept {
        snd_seq_queue_status_t* status = nullptr;
        snd_seq_queue_status_alloca(&status);
        snd_seq_get_queue_status(client, number(), status);
        return in_us(*snd_seq_queue_status_get_real_time(status));
    }
    static std::uint64_t in_us(const snd_seq_real_time_t& time) noexcept {
        return std::uint64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1000;
    }

private:
    // Written once, before a port has stamps. Relaxed: no other data depends on it.
    std::atomic<int> number_{-1};
};

} // namespace midi
