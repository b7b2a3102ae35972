// SPDX-License-Identifier: MIT
#include "usb_device.hpp"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <utility>

namespace midi {
namespace {

std::string first_line(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return line;
}

// The serial numbers that were read. The system answers neither while it connects that device nor
// while it disconnects it, which takes 10 s if a driver waits for it; its neighbour would hold an
// output up for as long. Therefore each device is asked once, when it is new: with each plugging-in
// it gets another number. Threads: any.
class known_serials {
public:
    std::string serial_of(const std::filesystem::path& device) {
        const std::string number = first_line(device / "devnum");
        const std::string key =
            device.string() + ' ' + first_line(device / "busnum") + ' ' + number;
        if (const std::optional<std::string> known = find(key)) {
            return *known;
        }
        std::string read = first_line(device / "serial"); // may wait: without the mutex
        if (!number.empty()) {
            add({key, read});
        }
        return read;
    }

private:
    static constexpr std::size_t known_max = 256; // more devices than that are asked again

    struct asked {
        std::string key;
        std::string serial;
    };

    std::optional<std::string> find(const std::string& key) {
        const std::lock_guard lock(mutex_);
        const auto found = std::find_if(known_.begin(), known_.end(),
                                        [&key](const asked& each) { return each.key == key; });
        return found != known_.end() ? std::optional(found->serial) : std::nullopt;
    }
    void add(asked one) {
        const std::lock_guard lock(mutex_);
        known_.push_back(std::move(one));
        if (known_.size() > known_max) {
            known_.pop_front();
        }
    }

    std::mutex mutex_; // guards known_
    std::deque<asked> known_;
};

known_serials& serials() {
    static known_serials all;
    return all;
}

} // namespace

// The card's "device" is the interface of a device ("1-2.3:1.0"), in that device's folder.
usb_device usb_device_of(int card, const std::string& sysfs) {
    usb_device found;
    std::error_code error;
    std::filesystem::path at = std::filesystem::canonical(
        sysfs + "/class/sound/card" + std::to_string(card) + "/device", error);
    for (; !error && at.has_relative_path(); at = at.parent_path()) {
        if (std::filesystem::exists(at / "idVendor", error)) {
            found.id = first_line(at / "idVendor") + ":" + first_line(at / "idProduct");
            found.serial = serials().serial_of(at);
            found.path = at.filename();
            break;
        }
    }
    return found;
}

} // namespace midi
