// SPDX-License-Identifier: MIT
// The USB device that is a sound card, as sysfs tells it.
#pragma once

#include <string>

namespace midi {

struct usb_device {
    std::string id;     // vendor and product: "1c75:0288"
    std::string serial; // may be empty, and may be the same for all of a kind
    std::string path;   // bus and sockets: "1-2.3"
};

/// Empty texts: that card is no USB device, or has gone.
usb_device usb_device_of(int card, const std::string& sysfs = "/sys");

} // namespace midi
