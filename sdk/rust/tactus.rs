// SPDX-License-Identifier: MIT
//! A thin safe layer for transports in Rust: std only, for rustc 1.63 (Debian 12) and later. The module
//! `sys` is the C ABI as far as the layer uses it, by hand; `tactus/*.h` has the whole of it, which
//! bindgen reads too. A plugin implements [`Transport`] and names its type in `tactus::plugin!`.
//!
//! Everything runs on the loop. A panic never reaches the daemon: it ends the instance.
use std::ffi::CStr;
use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};

#[allow(non_camel_case_types)]
pub mod sys {
    use super::*;
    pub type Status = i32;
    pub const OK: Status = 0;
    pub const PENDING: Status = 1;
    pub const E_AGAIN: Status = -1;
    pub const E_INVALID: Status = -3;
    pub const E_UNSUPPORTED: Status = -4;
    pub const E_INTERNAL: Status = -10;
    pub const OPT_INT: u32 = 2;
    pub const OPT_STRING: u32 = 4;
    pub const OPT_DURATION: u32 = 5;
    pub const PROTO_MIDI: u16 = 1;
    pub const PROTO_OSC: u16 = 2;
    pub const BATCH_DROPPABLE: u32 = 1;
    pub const PORT_UP: u32 = 1;
    pub const ABI_MINOR: u32 = 1;

    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct Str {
        pub ptr: *const c_char,
        pub len: usize,
    }
    #[repr(C)]
    pub struct Op {
        pub done: Option<unsafe extern "C" fn(*mut Op, Status, u64)>,
        pub host_private: [*mut c_void; 8],
    }
    #[repr(C)]
    pub struct Host {
        pub struct_size: u32,
        pub abi_minor: u32,
        pub imp: *mut c_void,
        pub name: *const c_char,
        pub version: *const c_char,
        pub get_interface: unsafe extern "C" fn(*const Host, *const c_char) -> *const c_void,
        pub now_ns: unsafe extern "C" fn(*const Host) -> i64,
        pub cancel: unsafe extern "C" fn(*const Host, *mut Op) -> Status,
        pub set_error: unsafe extern "C" fn(*const Host, Status, Str, Str) -> Status,
        pub stopped: unsafe extern "C" fn(*const Host, Status) -> Status,
    }
    #[repr(C)]
    pub struct Timer {
        pub struct_size: u32,
        pub reserved: u32,
        pub wait_until: unsafe extern "C" fn(*const Host, *mut Op, i64) -> Status,
    }
    #[repr(C)]
    pub struct Event {
        pub due_ns: i64,
        pub received_ns: i64,
        pub bytes: *const u8,
        pub size: u32,
        pub port: u32,
        pub tag: u32,
        pub protocol: u16,
        pub flags: u16,
        pub source: u32,
        pub group: u32,
    }
    #[repr(C)]
    pub struct Batch {
        pub struct_size: u32,
        pub count: u32,
        pub event_stride: u32,
        pub flags: u32,
        pub events: *const Event,
    }
    #[repr(C)]
    pub struct Emit {
        pub struct_size: u32,
        pub reserved: u32,
        pub emit: unsafe extern "C" fn(*const Host, *const Batch, *mut u32) -> Status,
    } // and more, behind
    #[repr(C)]
    pub struct PortInfo {
        pub struct_size: u32,
        pub flags: u32,
        pub key: Str,
        pub name: Str,
    }
    #[repr(C)]
    pub struct Ports {
        pub struct_size: u32,
        pub reserved: u32,
        pub add: unsafe extern "C" fn(*const Host, *const PortInfo, *mut u32) -> Status,
        pub update: unsafe extern "C" fn(*const Host, u32, *const PortInfo) -> Status,
        pub remove: unsafe extern "C" fn(*const Host, u32) -> Status,
        pub writable: unsafe extern "C" fn(*const Host, u32),
    } // and more, behind
    #[repr(C)]
    pub struct Log {
        pub struct_size: u32,
        pub reserved: u32,
        pub enabled: unsafe extern "C" fn(*const Host, u32) -> u32,
        pub write: unsafe extern "C" fn(*const Host, u32, Str),
    }
    #[repr(C)]
    pub struct Opt {
        pub kind: u32,
        pub flags: u32,
        pub key: *const c_char,
        pub default_toml: *const c_char,
        pub doc: *const c_char,
        pub min_toml: *const c_char,
        pub max_toml: *const c_char,
        pub choices: *const *const c_char,
        pub children: *const Opt,
        pub n_children: u32,
        pub reserved: u32,
    }
    #[repr(C)]
    pub struct Config {
        pub struct_size: u32,
        pub reserved: u32,
        pub imp: *mut c_void,
        pub count: unsafe extern "C" fn(*const Config, u32) -> u32,
        pub get_int: unsafe extern "C" fn(*const Config, u32, u32, *mut i64) -> Status,
        pub get_float: unsafe extern "C" fn(*const Config, u32, u32, *mut f64) -> Status,
        pub get_str: unsafe extern "C" fn(*const Config, u32, u32, *mut Str) -> Status,
        pub child: unsafe extern "C" fn(*const Config, u32, u32) -> *const Config,
    }
    #[repr(C)]
    pub struct Plugin {
        pub struct_size: u32,
        pub flags: u32,
        pub imp: *mut c_void,
        pub configure: unsafe extern "C" fn(*mut Plugin, *const Config) -> Status,
        pub start: unsafe extern "C" fn(*mut Plugin) -> Status,
        pub stop: unsafe extern "C" fn(*mut Plugin),
        pub destroy: unsafe extern "C" fn(*mut Plugin),
        pub get_interface: unsafe extern "C" fn(*mut Plugin, *const c_char) -> *const c_void,
    }
    #[repr(C)]
    pub struct Output {
        pub struct_size: u32,
        pub flags: u32,
        pub protocols: u32,
        pub reserved: u32,
        pub ahead_ns: Option<unsafe extern "C" fn(*mut Plugin) -> i64>,
        pub send: unsafe extern "C" fn(*mut Plugin, *const Batch, *mut u32) -> Status,
        pub flush: Option<unsafe extern "C" fn(*mut Plugin, u32)>,
        pub want_port: Option<unsafe extern "C" fn(*mut Plugin, Str) -> Status>,
        pub lookahead_ns: Option<unsafe extern "C" fn(*mut Plugin) -> i64>,
    }
    #[repr(C)]
    pub struct Descriptor {
        pub struct_size: u32,
        pub kinds: u32,
        pub id: *const c_char,
        pub type_: *const c_char,
        pub version: *const c_char,
        pub vendor: *const c_char,
        pub license: *const c_char,
        pub doc: *const c_char,
        pub requires_interfaces: *const *const c_char,
        pub options: *const Opt,
        pub n_options: u32,
        pub option_size: u32,
    }
    #[repr(C)]
    pub struct Entry {
        pub struct_size: u32,
        pub abi_minor: u32,
        pub sdk_version: *const c_char,
        pub n_descriptors: u32,
        pub reserved: u32,
        pub descriptors: *const *const Descriptor,
        pub create: unsafe extern "C" fn(*const c_char, *const Host) -> *mut Plugin,
    }
    /// Static tables hold pointers to static data only.
    #[repr(transparent)]
    pub struct Shared<T>(pub T);
    unsafe impl<T> Sync for Shared<T> {}
}

// An op, and whose it is: done() gets a pointer to the op, which is first.
#[repr(C)]
struct Wait {
    op: sys::Op,
    instance: *mut c_void,
}

/// A reason for the operator, a full sentence.
pub type Failure = String;

/// The daemon, as this instance sees it.
pub struct Host {
    raw: *const sys::Host,
    timer: Box<Wait>,
    is_waiting: bool,
    is_stopping: bool,
    wish_ns: Option<i64>,
}

fn text(from: &str) -> sys::Str {
    sys::Str {
        ptr: from.as_ptr() as *const c_char,
        len: from.len(),
    }
}

impl Host {
    fn table<T>(&self, id: &[u8]) -> Option<&T> {
        debug_assert!(id.ends_with(b"\0"));
        unsafe {
            ((*self.raw).get_interface)(self.raw, id.as_ptr() as *const c_char)
                .cast::<T>()
                .as_ref()
        }
    }
    /// Nanoseconds on the clock of all due times.
    pub fn now_ns(&self) -> i64 {
        unsafe { ((*self.raw).now_ns)(self.raw) }
    }
    /// Asks for the next call of `on_time`, at or after `due_ns`; a later wish replaces it.
    pub fn wake_at(&mut self, due_ns: i64) {
        self.wish_ns = Some(due_ns);
    }
    /// Adds a port that is up; its number is the `source` of events. Errors: the host's status.
    pub fn add_port(&self, key: &str) -> Result<u32, sys::Status> {
        let ports = self
            .table::<sys::Ports>(b"tactus.ports/0\0")
            .ok_or(sys::E_UNSUPPORTED)?;
        let info = sys::PortInfo {
            struct_size: std::mem::size_of::<sys::PortInfo>() as u32,
            flags: sys::PORT_UP,
            key: text(key),
            name: text(key),
        };
        let mut port = 0;
        match unsafe { (ports.add)(self.raw, &info, &mut port) } {
            sys::OK => Ok(port),
            status => Err(status),
        }
    }
    /// Says that the port accepts events again, after `send` returned `sys::E_AGAIN`: what is kept is
    /// sent then. Errors: the host's status.
    pub fn writable(&self, port: u32) -> Result<(), sys::Status> {
        let ports = self
            .table::<sys::Ports>(b"tactus.ports/0\0")
            .ok_or(sys::E_UNSUPPORTED)?;
        unsafe { (ports.writable)(self.raw, port) };
        Ok(())
    }
    /// Emits one event that cannot wait: without room the kernel refuses and counts it. `due_ns` 0 is
    /// at once. Errors: the host's status.
    pub fn emit(
        &self,
        protocol: u16,
        bytes: &[u8],
        due_ns: i64,
        source: u32,
    ) -> Result<(), sys::Status> {
        let emit = self
            .table::<sys::Emit>(b"tactus.emit/0\0")
            .ok_or(sys::E_UNSUPPORTED)?;
        let event = sys::Event {
            due_ns,
            received_ns: 0,
            bytes: bytes.as_ptr(),
            size: bytes.len() as u32,
            port: 0,
            tag: 0,
            protocol,
            flags: 0,
            source,
            group: 0,
        };
        let batch = sys::Batch {
            struct_size: std::mem::size_of::<sys::Batch>() as u32,
            count: 1,
            event_stride: std::mem::size_of::<sys::Event>() as u32,
            flags: sys::BATCH_DROPPABLE,
            events: &event,
        };
        let mut accepted = 0;
        match unsafe { (emit.emit)(self.raw, &batch, &mut accepted) } {
            sys::OK => Ok(()),
            status => Err(status),
        }
    }
    /// Writes a warning for the operator, one sentence.
    pub fn warn(&self, line: &str) {
        if let Some(log) = self.table::<sys::Log>(b"tactus.log/0\0") {
            unsafe { (log.write)(self.raw, 2, text(line)) }
        }
    }
    fn refuse(&self, status: sys::Status, why: &str) -> sys::Status {
        // Refused only to an instance that is gone, which nobody asks why.
        let _ = unsafe { ((*self.raw).set_error)(self.raw, status, text(""), text(why)) };
        status
    }
    fn stopped(&self, status: sys::Status) {
        // Refused only to one that has said so already.
        let _ = unsafe { ((*self.raw).stopped)(self.raw, status) };
    }
    // Starts the timer that was asked for.
    fn arm(&mut self) -> Result<(), sys::Status> {
        let due_ns = match self.wish_ns.take() {
            Some(due_ns) if !self.is_waiting => due_ns,
            _ => return Ok(()),
        };
        let timer: *const sys::Timer = self
            .table::<sys::Timer>(b"tactus.timer/0\0")
            .ok_or(sys::E_UNSUPPORTED)?;
        match unsafe { ((*timer).wait_until)(self.raw, &mut self.timer.op, due_ns) } {
            sys::PENDING => {
                self.is_waiting = true;
                Ok(())
            }
            status => Err(status),
        }
    }
}

/// The values of the options, by their index in the table of options.
pub struct Config<'a>(&'a sys::Config);

impl Config<'_> {
    /// An integer, or a duration in nanoseconds.
    pub fn integer(&self, option: u32) -> Result<i64, Failure> {
        let mut value = 0;
        match unsafe { (self.0.get_int)(self.0, option, 0, &mut value) } {
            sys::OK => Ok(value),
            _ => Err(format!("Option number {} cannot be read.", option)),
        }
    }
    pub fn string(&self, option: u32) -> Result<String, Failure> {
        let mut value = text("");
        match unsafe { (self.0.get_str)(self.0, option, 0, &mut value) } {
            sys::OK if value.len == 0 => Ok(String::new()),
            sys::OK => {
                let bytes =
                    unsafe { std::slice::from_raw_parts(value.ptr as *const u8, value.len) };
                Ok(String::from_utf8_lossy(bytes).into_owned())
            }
            _ => Err(format!("Option number {} cannot be read.", option)),
        }
    }
}

/// An input, or an output if PROTOCOLS is not 0.
pub trait Transport: Sized + 'static {
    /// With a zero byte at the end, as C's texts have.
    const ID: &'static [u8];
    /// Outputs: `1 << sys::PROTO_OSC`, and so on.
    const PROTOCOLS: u32 = 0;
    fn new(config: &Config) -> Result<Self, Failure>;
    /// Begins: adds ports, asks for the first call of `on_time`.
    fn start(&mut self, host: &mut Host) -> Result<(), Failure>;
    /// The time asked for has come.
    fn on_time(&mut self, _host: &mut Host) {}
    /// Outputs: sends one event that is due, without waiting. Errors: a negative status: this event
    /// is lost (`sys::E_AGAIN`: it is kept until `Host::writable`, of `on_time` for example).
    fn send(&mut self, _host: &Host, _event: &Event) -> Result<(), sys::Status> {
        Err(sys::E_UNSUPPORTED)
    }
}

/// An event that is due; its bytes are valid during the call.
pub struct Event<'a> {
    pub due_ns: i64,
    pub protocol: u16,
    pub port: u32,
    pub bytes: &'a [u8],
}

#[repr(C)]
pub struct Instance<T> {
    raw: sys::Plugin, // first: the host's pointer is ours
    host: Host,
    author: Option<T>,
}

unsafe fn of<'a, T: Transport>(plugin: *mut sys::Plugin) -> &'a mut Instance<T> {
    &mut *(plugin as *mut Instance<T>)
}

// Runs code of the author; a panic becomes a failure.
fn guarded<R>(call: impl FnOnce() -> Result<R, Failure>) -> Result<R, Failure> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_| Err("It panicked.".to_string()))
}

unsafe extern "C" fn configure<T: Transport>(
    plugin: *mut sys::Plugin,
    config: *const sys::Config,
) -> sys::Status {
    let this = of::<T>(plugin);
    match guarded(|| T::new(&Config(&*config))) {
        Ok(made) => {
            this.author = Some(made);
            sys::OK
        }
        Err(why) => this.host.refuse(sys::E_INVALID, &why),
    }
}

unsafe extern "C" fn start<T: Transport>(plugin: *mut sys::Plugin) -> sys::Status {
    let this = of::<T>(plugin);
    this.host.timer.op.done = Some(on_timer::<T>);
    this.host.timer.instance = plugin as *mut c_void;
    let (author, host) = (&mut this.author, &mut this.host);
    let began = guarded(|| author.as_mut().ok_or("It is not configured.")?.start(host));
    if let Err(why) = began {
        return this.host.refuse(sys::E_INTERNAL, &why);
    }
    match this.host.arm() {
        Ok(()) => sys::OK,
        Err(status) => this.host.refuse(status, "The timer was refused."),
    }
}

unsafe extern "C" fn stop<T: Transport>(plugin: *mut sys::Plugin) {
    let this = of::<T>(plugin);
    this.host.is_stopping = true;
    if this.host.is_waiting {
        ((*this.host.raw).cancel)(this.host.raw, &mut this.host.timer.op);
    } else {
        this.host.stopped(sys::OK);
    }
}

unsafe extern "C" fn on_timer<T: Transport>(op: *mut sys::Op, status: sys::Status, _: u64) {
    let this = of::<T>((*(op as *mut Wait)).instance as *mut sys::Plugin);
    this.host.is_waiting = false;
    if this.host.is_stopping {
        return this.host.stopped(sys::OK);
    }
    let mut failed = if status == sys::OK {
        None
    } else {
        Some(status)
    };
    if failed.is_none() {
        let (author, host) = (&mut this.author, &mut this.host);
        let went = guarded(|| {
            if let Some(author) = author.as_mut() {
                author.on_time(host);
            }
            Ok(())
        });
        failed = match went {
            Ok(()) => this.host.arm().err(),
            Err(why) => Some(this.host.refuse(sys::E_INTERNAL, &why)),
        };
    }
    if let Some(status) = failed {
        if status != E_CANCELED {
            this.host.stopped(status); // the daemon makes a new instance, after a while
        } // else the daemon has cut it off, and stops it
    }
}

const E_CANCELED: sys::Status = -2;

unsafe extern "C" fn destroy<T: Transport>(plugin: *mut sys::Plugin) {
    let owned = Box::from_raw(plugin as *mut Instance<T>);
    let _ = guarded(|| {
        drop(owned);
        Ok(())
    });
}

unsafe extern "C" fn send<T: Transport>(
    plugin: *mut sys::Plugin,
    batch: *const sys::Batch,
    accepted: *mut u32,
) -> sys::Status {
    let this = of::<T>(plugin);
    let mut at = (*batch).events as *const u8;
    *accepted = 0;
    while *accepted < (*batch).count {
        let raw = &*(at as *const sys::Event);
        let event = Event {
            due_ns: raw.due_ns,
            protocol: raw.protocol,
            port: raw.port,
            bytes: std::slice::from_raw_parts(raw.bytes, raw.size as usize),
        };
        let (author, host) = (&mut this.author, &this.host);
        let call = || {
            Ok(author
                .as_mut()
                .map_or(Err(E_CLOSED), |each| each.send(host, &event)))
        };
        match guarded(call) {
            Ok(Ok(())) => {}
            Ok(Err(status)) => return status,
            Err(why) => return this.host.refuse(sys::E_INTERNAL, &why),
        }
        *accepted += 1;
        at = at.add((*batch).event_stride as usize);
    }
    sys::OK
}

const E_CLOSED: sys::Status = -7;

struct Tables<T>(std::marker::PhantomData<T>);

impl<T: Transport> Tables<T> {
    const OUTPUT: sys::Output = sys::Output {
        struct_size: std::mem::size_of::<sys::Output>() as u32,
        flags: 0,
        protocols: T::PROTOCOLS,
        reserved: 0,
        ahead_ns: None,
        send: send::<T>,
        flush: None,
        want_port: None,
        lookahead_ns: None,
    };
}

unsafe extern "C" fn get_interface<T: Transport>(
    _: *mut sys::Plugin,
    id: *const c_char,
) -> *const c_void {
    let is_output = T::PROTOCOLS != 0 && CStr::from_ptr(id).to_bytes() == b"tactus.output/0";
    let table: &'static sys::Output = &Tables::<T>::OUTPUT;
    if is_output {
        table as *const sys::Output as *const c_void
    } else {
        std::ptr::null()
    }
}

/// For `tactus::plugin!` alone.
///
/// # Safety
/// As the ABI says: `id` is a text with a zero byte, `host` valid until destroy().
pub unsafe extern "C" fn create<T: Transport>(
    id: *const c_char,
    host: *const sys::Host,
) -> *mut sys::Plugin {
    if CStr::from_ptr(id).to_bytes_with_nul() != T::ID {
        return std::ptr::null_mut();
    }
    let made = Box::new(Instance::<T> {
        raw: sys::Plugin {
            struct_size: std::mem::size_of::<sys::Plugin>() as u32,
            flags: 0,
            imp: std::ptr::null_mut(),
            configure: configure::<T>,
            start: start::<T>,
            stop: stop::<T>,
            destroy: destroy::<T>,
            get_interface: get_interface::<T>,
        },
        host: Host {
            raw: host,
            timer: Box::new(Wait {
                op: sys::Op {
                    done: None,
                    host_private: [std::ptr::null_mut(); 8],
                },
                instance: std::ptr::null_mut(),
            }),
            is_waiting: false,
            is_stopping: false,
            wish_ns: None,
        },
        author: None,
    });
    Box::into_raw(made) as *mut sys::Plugin
}

/// The one symbol that a plugin exports, and its tables. `options` is a static
/// `tactus::sys::Shared<[tactus::sys::Opt; N]>`; see `tactus::option!`.
#[macro_export]
macro_rules! plugin {
    ($input:ty, id: $id:literal, kind: $kind:literal, version: $version:literal,
     vendor: $vendor:literal, license: $license:literal, doc: $doc:literal, options: $options:ident) => {
        static NEEDED: $crate::sys::Shared<[*const std::os::raw::c_char; 4]> =
            $crate::sys::Shared([
                b"tactus.timer/0\0".as_ptr().cast(),
                b"tactus.emit/0\0".as_ptr().cast(),
                b"tactus.ports/0\0".as_ptr().cast(),
                std::ptr::null(),
            ]);
        static DESCRIPTOR: $crate::sys::Shared<$crate::sys::Descriptor> =
            $crate::sys::Shared($crate::sys::Descriptor {
                struct_size: std::mem::size_of::<$crate::sys::Descriptor>() as u32,
                kinds: if <$input as $crate::Transport>::PROTOCOLS == 0 {
                    1
                } else {
                    2
                },
                id: concat!($id, "\0").as_ptr().cast(),
                type_: concat!($kind, "\0").as_ptr().cast(),
                version: concat!($version, "\0").as_ptr().cast(),
                vendor: concat!($vendor, "\0").as_ptr().cast(),
                license: concat!($license, "\0").as_ptr().cast(),
                doc: concat!($doc, "\0").as_ptr().cast(),
                requires_interfaces: &NEEDED.0 as *const _ as *const *const std::os::raw::c_char,
                options: &$options.0 as *const _ as *const $crate::sys::Opt,
                n_options: $options.0.len() as u32,
                option_size: std::mem::size_of::<$crate::sys::Opt>() as u32,
            });
        static DESCRIPTORS: $crate::sys::Shared<[*const $crate::sys::Descriptor; 1]> =
            $crate::sys::Shared([&DESCRIPTOR.0]);
        #[no_mangle]
        #[allow(non_upper_case_globals)]
        pub static tactus_entry_v0: $crate::sys::Shared<$crate::sys::Entry> =
            $crate::sys::Shared($crate::sys::Entry {
                struct_size: std::mem::size_of::<$crate::sys::Entry>() as u32,
                abi_minor: $crate::sys::ABI_MINOR,
                sdk_version: b"0.1.0\0".as_ptr().cast(),
                n_descriptors: 1,
                reserved: 0,
                descriptors: &DESCRIPTORS.0 as *const _ as *const *const $crate::sys::Descriptor,
                create: $crate::create::<$input>,
            });
    };
}

/// One option: its type, key, default and bounds in TOML, and a sentence.
#[macro_export]
macro_rules! option {
    ($kind:expr, $key:literal, $default:literal, $min:literal, $max:literal, $doc:literal) => {
        $crate::sys::Opt {
            kind: $kind,
            flags: 0,
            key: concat!($key, "\0").as_ptr().cast(),
            default_toml: concat!($default, "\0").as_ptr().cast(),
            doc: concat!($doc, "\0").as_ptr().cast(),
            min_toml: concat!($min, "\0").as_ptr().cast(),
            max_toml: concat!($max, "\0").as_ptr().cast(),
            choices: std::ptr::null(),
            children: std::ptr::null(),
            n_children: 0,
            reserved: 0,
        }
    };
}

/// One option that is a text: its key, default in TOML, and a sentence.
#[macro_export]
macro_rules! text_option {
    ($key:literal, $default:literal, $doc:literal) => {
        $crate::sys::Opt {
            min_toml: std::ptr::null(),
            max_toml: std::ptr::null(),
            ..$crate::option!($crate::sys::OPT_STRING, $key, $default, "", "", $doc)
        }
    };
}
