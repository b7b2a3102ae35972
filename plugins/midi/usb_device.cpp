// SPDX-License-Identifier: MIT
#include "usb_device.hpp"

#include <filesystem>
#include <fstream>

namespace midi {
namespace {

std::string first_line(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return line;
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
            found.serial = first_line(at / "serial");
            found.path = at.filename();
            break;
        }
    }
    return found;
}

} // namespace midi
