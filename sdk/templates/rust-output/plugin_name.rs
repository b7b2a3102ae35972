// SPDX-License-Identifier: MIT
//! An output that writes the address of each OSC message into the log.
use tactus::{sys, Config, Event, Failure, Host, Transport};

struct Addresses {
    prefix: String,
}

impl Transport for Addresses {
    const ID: &'static [u8] = b"org.example.plugin_name\0";
    const PROTOCOLS: u32 = 1 << sys::PROTO_OSC;

    fn new(config: &Config) -> Result<Self, Failure> {
        Ok(Addresses { prefix: config.string(0)? })
    }

    fn start(&mut self, host: &mut Host) -> Result<(), Failure> {
        host.add_port("log").map(|_| ()).map_err(|status| format!("No port: {}.", status))
    }

    fn send(&mut self, host: &Host, event: &Event) -> Result<(), sys::Status> {
        if event.protocol == sys::PROTO_OSC {
            let address = event.bytes.split(|byte| *byte == 0).next().unwrap_or(b"");
            host.warn(&format!("{}{}", self.prefix, String::from_utf8_lossy(address)));
        }
        Ok(())
    }
}

static OPTIONS: sys::Shared<[sys::Opt; 1]> =
    sys::Shared([tactus::text_option!("prefix", "\"\"", "The text before each address.")]);

tactus::plugin!(Addresses, id: "org.example.plugin_name", kind: "plugin_type", version: "0.1.0",
    vendor: "Your name", license: "MIT", doc: "Logs addresses.", options: OPTIONS);
