// SPDX-License-Identifier: MIT
//! Emits "/tick" with a number that grows, each `period`. The moments are counted from the first, so
//! that errors do not add up; each tick is emitted ahead of its moment, and the daemon sends it then.
use tactus::{sys, Config, Failure, Host, Transport};

const AHEAD_NS: i64 = 50_000_000;

struct Tick {
    period_ns: i64,
    next_ns: i64,
    count: i32,
    port: u32,
}

impl Transport for Tick {
    const ID: &'static [u8] = b"org.example.tick_in\0";

    fn new(config: &Config) -> Result<Self, Failure> {
        let period_ns = config.integer(0)?;
        Ok(Tick {
            period_ns,
            next_ns: 0,
            count: 0,
            port: 0,
        })
    }

    fn start(&mut self, host: &mut Host) -> Result<(), Failure> {
        self.port = host
            .add_port("ticks")
            .map_err(|status| format!("No port: status {}.", status))?;
        self.next_ns = host.now_ns() + AHEAD_NS;
        host.wake_at(self.next_ns - AHEAD_NS);
        Ok(())
    }

    fn on_time(&mut self, host: &mut Host) {
        let message = osc_message(self.count);
        if let Err(status) = host.emit(sys::PROTO_OSC, &message, self.next_ns, self.port) {
            host.warn(&format!(
                "Tick {} was refused with status {}.",
                self.count, status
            ));
        }
        self.count = self.count.wrapping_add(1);
        self.next_ns += self.period_ns;
        if self.next_ns < host.now_ns() {
            self.next_ns = host.now_ns() + AHEAD_NS; // the machine slept
        }
        host.wake_at(self.next_ns - AHEAD_NS);
    }
}

/// "/tick" with one integer: texts are padded to four bytes, numbers have the high byte first.
fn osc_message(number: i32) -> [u8; 16] {
    let mut bytes = *b"/tick\0\0\0,i\0\0....";
    bytes[12..].copy_from_slice(&number.to_be_bytes());
    bytes
}

static OPTIONS: sys::Shared<[sys::Opt; 1]> = sys::Shared([tactus::option!(
    sys::OPT_DURATION,
    "period",
    "\"100ms\"",
    "\"1ms\"",
    "\"1m\"",
    "From one tick to the next."
)]);

tactus::plugin!(Tick, id: "org.example.tick_in", kind: "tick", version: "1.0.0", vendor: "Example",
    license: "MIT", doc: "Emits a number that grows.", options: OPTIONS);
