// SPDX-License-Identifier: MIT
// One class for each case, and behind its name what the compiler says of it; see refuse_each.cmake.
// What is not part of a case is the same in all of them: a plugin's description.
#include <tactus/cpp/plugin.hpp>

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

namespace {

struct described {
    static constexpr tactus::plugin_info info{"a", "a", "1", "tests", "MIT", "Is no plugin."};
};
struct runs : described {
    tactus::task<> run(tactus::context& here) { co_await here.until_stop(); }
};
struct takes_osc : runs {
    static constexpr std::uint32_t protocols = tactus::protocol_bit(TACTUS_PROTO_OSC);
};
struct sends : takes_osc {
    tactus::send_result send(tactus::batch_view batch) { return tactus::send_result::all(batch); }
};

#if defined(AN_INPUT) // compiles
struct plugin final : runs {};
#elif defined(AN_OUTPUT)                // compiles
struct plugin : sends {};
#elif defined(AN_OUTPUT_WITH_A_PROMISE) // compiles
struct plugin final : takes_osc {
    tactus::send_result send(tactus::batch_view all) noexcept { return {all.size(), TACTUS_OK}; }
};
#elif defined(NO_INFO)                  // a plugin has `static constexpr tactus::plugin_info info`
struct plugin {
    tactus::task<> run(tactus::context& here) { co_await here.until_stop(); }
};
#elif defined(NOTHING)             // an input has a public `tactus::task<> run(tactus::context&)`
struct plugin : described {};
#elif defined(RUN_THAT_IS_NO_TASK) // an input has a public `tactus::task<> run(tactus::context&)`
struct plugin : described {
    void run(tactus::context&) {}
};
#elif defined(SEND_WITHOUT_PROTOCOLS)       // an output says what it takes
struct plugin : runs {
    tactus::send_result send(tactus::batch_view batch) { return tactus::send_result::all(batch); }
};
#elif defined(FINAL_SEND_WITHOUT_PROTOCOLS) // an output says what it takes
struct plugin final : runs {
    tactus::send_result send(tactus::batch_view batch) { return tactus::send_result::all(batch); }
};
#elif defined(PROTOCOLS_WITHOUT_SEND)       // an output takes events
struct plugin : takes_osc {};
#elif defined(SEND_WITHOUT_ANSWER)          // an output takes events
struct plugin : takes_osc {
    void send(tactus::batch_view) {}
};
#elif defined(PRIVATE_SEND)                 // an output takes events
class plugin : public takes_osc {
    tactus::send_result send(tactus::batch_view batch) { return tactus::send_result::all(batch); }
};
#elif defined(SEND_OF_SOMETHING_ELSE)       // an output says what it takes
class plugin : public runs {
    void send(const char*) {}
};
#elif defined(PROTOCOLS_OF_A_WRONG_TYPE)    // an output says what it takes
struct plugin : runs {
    static constexpr const char* protocols = "osc";
    tactus::send_result send(tactus::batch_view batch) { return tactus::send_result::all(batch); }
};
#elif defined(AHEAD_AS_A_NUMBER)            // `ahead() const` gives
struct plugin : sends {
    int ahead() const { return 3; }
};
#elif defined(FLUSH_OF_ALL)                 // `void flush(std::uint32_t port)`
struct plugin : sends {
    void flush() {}
};
#elif defined(WANT_PORT_WITHOUT_ANSWER)     // `port_answer want_port(std::string_view name)`
struct plugin : sends {
    void want_port(std::string_view) {}
};
#elif defined(REPORT_UNASKED)               // beside `std::uint32_t outcomes_wanted() const`
struct plugin : runs {
    void report(std::span<const tactus_outcome>, std::uint64_t) {}
};
#elif defined(WANTED_WITHOUT_REPORT)        // beside `void report(
struct plugin : runs {
    std::uint32_t outcomes_wanted() const { return 0; }
};
#elif defined(LIST_PORTS_OF_AN_OBJECT)      // `static void list_ports(const tactus::port_visitor&)`
struct plugin : sends {
    void list_ports(const tactus::port_visitor&) {}
};
#elif defined(DESTRUCTOR_THAT_THROWS)       // a plugin's destructor does not throw
struct plugin : runs {
    ~plugin() noexcept(false) {}
};
#endif

} // namespace

TACTUS_PLUGINS(plugin);
