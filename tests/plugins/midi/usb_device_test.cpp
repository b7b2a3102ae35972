// SPDX-License-Identifier: MIT
// What sysfs says of a card, in a copy of its layout.
#include "plugins/midi/usb_device.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

#include <filesystem>
#include <fstream>

namespace fs = std::filesystem;

TEST_CASE("a card's USB device is found by the interface that it belongs to") {
    tactus::test::temp_dir folder;
    const fs::path root = folder.path();
    const fs::path device = root / "devices/pci0000:00/usb1/1-2/1-2.3";
    fs::create_directories(device / "1-2.3:1.0/sound/card3");
    fs::create_directories(root / "class/sound");
    fs::create_directory_symlink(device / "1-2.3:1.0/sound/card3", root / "class/sound/card3");
    fs::create_directory_symlink("../..", device / "1-2.3:1.0/sound/card3/device");
    std::ofstream(device / "idVendor") << "1c75\n";
    std::ofstream(device / "idProduct") << "0288\n";
    std::ofstream(device / "serial") << "A1B2\n";

    const midi::usb_device found = midi::usb_device_of(3, root.string());

    CHECK(found.id == "1c75:0288");
    CHECK(found.serial == "A1B2");
    CHECK(found.path == "1-2.3");
    fs::remove(device / "serial");
    CHECK(midi::usb_device_of(3, root.string()).serial.empty());
    CHECK(midi::usb_device_of(4, root.string()).id.empty());
}

TEST_CASE("a device is asked for its serial number once after it was plugged in") {
    tactus::test::temp_dir folder;
    const fs::path root = folder.path();
    const fs::path device = root / "devices/usb1/1-2";
    fs::create_directories(device / "1-2:1.0");
    fs::create_directories(root / "class/sound/card3");
    fs::create_directory_symlink(device / "1-2:1.0", root / "class/sound/card3/device");
    std::ofstream(device / "idVendor") << "1c75\n";
    std::ofstream(device / "busnum") << "1\n";
    std::ofstream(device / "devnum") << "7\n";
    std::ofstream(device / "serial") << "A1B2\n";

    CHECK(midi::usb_device_of(3, root.string()).serial == "A1B2");
    std::ofstream(device / "serial") << "C3D4\n";
    CHECK(midi::usb_device_of(3, root.string()).serial == "A1B2");
    std::ofstream(device / "devnum") << "8\n"; // another one, in the same socket
    CHECK(midi::usb_device_of(3, root.string()).serial == "C3D4");
}
