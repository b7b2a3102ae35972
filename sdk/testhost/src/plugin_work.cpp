// SPDX-License-Identifier: MIT
#include "plugin_work.hpp"

#include <tactus/testhost/resources.hpp>

namespace tactus::testing {

using namespace std::chrono_literals;

struct plugin_work::work_op : pending_op {
    work_op(posted_calls::function to_run, void* with)
        : pending_op("work", std::nullopt), run(to_run), argument(with) {}

    posted_calls::function run;
    void* argument;
};

tactus_status plugin_work::start(tactus_op* op, posted_calls::function run, void* argument) {
    if (run == nullptr && gate_.is_on_loop()) {
        gate_.breach("work got no function");
        return TACTUS_E_INVALID;
    }
    return ops_.start("work", op, std::make_unique<work_op>(run, argument));
}

bool plugin_work::run_one() {
    const std::vector<work_op*> all = ops_.all_of<work_op>(); // the first one may run
    if (all.empty() || (turns_.is_work_held && !all.front()->is_running)) {
        return false;
    }
    work_op& next = *all.front();
    if (!next.is_running) {
        next.is_running = true;
        waited_ = 0ms;
        worker_.begin([run = next.run, argument = next.argument] { run(argument); });
    } else if (waited_ >= turns_.work_patience && !worker_.is_idle()) {
        return false;
    }
    wait();
    if (!worker_.is_idle()) {
        return posts_.run_one();
    }
    next.end(TACTUS_OK);
    return true;
}

void plugin_work::wait() {
    turns_.call_plugin("work", [this] {
        for (; !worker_.wait_idle(1ms); waited_ += 1ms) {
            if (waited_ >= turns_.work_patience || !posts_.is_empty()) {
                return; // it may wait for what it has posted
            }
        }
    });
}

bool plugin_work::has_threads() {
    const bool is_at_work = !worker_.is_idle();
    const std::size_t ours = worker_.has_thread() ? 2 : 1;
    return is_at_work || resources::now().threads > ours;
}

} // namespace tactus::testing
