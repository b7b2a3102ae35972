// SPDX-License-Identifier: MIT
//! An output over a device that takes one event each 10 ms.
use tactus::{sys, Config, Event, Failure, Host, Transport};

struct Slow {
    port: u32,
    is_free: std::cell::Cell<bool>,
}

impl Transport for Slow {
    const ID: &'static [u8] = b"tests.full_out\0";
    const PROTOCOLS: u32 = 1 << sys::PROTO_OSC;

    fn new(_: &Config) -> Result<Self, Failure> {
        Ok(Slow { port: 0, is_free: std::cell::Cell::new(true) })
    }

    fn start(&mut self, host: &mut Host) -> Result<(), Failure> {
        self.port = host.add_port("slow").map_err(|status| format!("No port: {}.", status))?;
        host.wake_at(host.now_ns() + 10_000_000);
        Ok(())
    }

    fn on_time(&mut self, host: &mut Host) {
        if !self.is_free.replace(true) && host.writable(self.port).is_err() {
            host.warn("Nothing will be sent any more.");
        }
        host.wake_at(host.now_ns() + 10_000_000);
    }

    fn send(&mut self, _: &Host, _: &Event) -> Result<(), sys::Status> {
        if self.is_free.replace(false) {
            Ok(())
        } else {
            Err(sys::E_AGAIN)
        }
    }
}

static OPTIONS: sys::Shared<[sys::Opt; 1]> =
    sys::Shared([tactus::text_option!("unused", "\"\"", "Nothing.")]);

tactus::plugin!(Slow, id: "tests.full_out", kind: "full", version: "0.1.0",
    vendor: "tests", license: "MIT", doc: "Is full at times.", options: OPTIONS);
