// SPDX-License-Identifier: MIT
//! An input that emits the OSC message "/hello" each `period`.
use tactus::{sys, Config, Failure, Host, Transport};

struct Hello {
    period_ns: i64,
    due_ns: i64,
    port: u32,
}

impl Transport for Hello {
    const ID: &'static [u8] = b"org.example.plugin_name\0";

    fn new(config: &Config) -> Result<Self, Failure> {
        Ok(Hello { period_ns: config.integer(0)?, due_ns: 0, port: 0 })
    }

    fn start(&mut self, host: &mut Host) -> Result<(), Failure> {
        self.port = host.add_port("hello").map_err(|status| format!("No port: {}.", status))?;
        self.due_ns = host.now_ns();
        host.wake_at(self.due_ns);
        Ok(())
    }

    fn on_time(&mut self, host: &mut Host) {
        if let Err(status) = host.emit(sys::PROTO_OSC, b"/hello\0\0,\0\0\0", 0, self.port) {
            host.warn(&format!("A message was refused with status {}.", status));
        }
        self.due_ns += self.period_ns;
        host.wake_at(self.due_ns);
    }
}

static OPTIONS: sys::Shared<[sys::Opt; 1]> = sys::Shared([tactus::option!(
    sys::OPT_DURATION, "period", "\"100ms\"", "\"1ms\"", "\"1m\"", "From one message to the next."
)]);

tactus::plugin!(Hello, id: "org.example.plugin_name", kind: "plugin_type", version: "0.1.0",
    vendor: "Your name", license: "MIT", doc: "Says hello.", options: OPTIONS);
