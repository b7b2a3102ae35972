// SPDX-License-Identifier: MIT
// The USB device behind a sound card, according to sysfs.
#pragma once

#include <string>

namespace midi {

struct usb_device {
    std::string id;     // vendor and product: "1c75:0288"
    std::string serial; // may be empty or the same for all devices of a model
    std::string path;   // bus and sockets: "1-2.3"
};

/// Empty texts if that card is not a USB device, or has gone. Blocks: a device that was not asked
/// for before may take until it is connected. Threads: any.
usb_device usb_device_of(int card, const std::string& sysfs = "/sys");

} // namespace midi
