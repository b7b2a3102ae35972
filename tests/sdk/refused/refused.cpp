// SPDX-License-Identifier: MIT
// One class for each case, and behind its name what the compiler says of it; see refuse_each.cmake.
// What is not part of a case is the same in all of them: a plugin's description.
#include <tactus/cpp/plugin.hpp>

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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

constexpr const char* schemes[] = {"udp", "unix", nullptr};

// A plugin with one option, of that type.
#define PLUGIN_WITH(type, ...)                                                                     \
    struct plugin : runs {                                                                         \
        struct config {                                                                            \
            type v{};                                                                              \
        };                                                                                         \
        static constexpr auto options = tactus::options(__VA_ARGS__);                              \
        explicit plugin(const config&) {}                                                          \
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
#elif defined(WANTED_WITHOUT_REPORT)        // beside a public `void report(
struct plugin : runs {
    std::uint32_t outcomes_wanted() const { return 0; }
};
#elif defined(LIST_PORTS_OF_AN_OBJECT)      // `static void list_ports(const tactus::port_visitor&)`
struct plugin : sends {
    void list_ports(const tactus::port_visitor&) {}
};
#elif defined(CHECK_OF_AN_OBJECT)           // `static void check(const config&)`
struct plugin : runs {
    struct config {
        int n = 0;
    };
    static constexpr auto options =
        tactus::options(tactus::option(&config::n, "n", "1", "A number."));
    explicit plugin(const config&) {}
    void check(const config&) {}
};
#elif defined(PRIVATE_CHECK)                // `static void check(const config&)` is public
class plugin : public runs {
public:
    struct config {
        int n = 0;
    };
    static constexpr auto options =
        tactus::options(tactus::option(&config::n, "n", "1", "A number."));
    explicit plugin(const config&) {}

private:
    static void check(const config&) {}
};
#elif defined(CHECK_WITH_AN_ANSWER)         // `static void check(const config&)` is public
struct plugin : runs {
    struct config {
        int n = 0;
    };
    static constexpr auto options =
        tactus::options(tactus::option(&config::n, "n", "1", "A number."));
    explicit plugin(const config&) {}
    static bool check(const config&) { return false; }
};
#elif defined(PRIVATE_REPORT) // a public `std::uint32_t outcomes_wanted() const` stands beside
class plugin : public runs {
    std::uint32_t outcomes_wanted() const { return TACTUS_OUTCOME_SENT; }
    void report(std::span<const tactus_outcome>, std::uint64_t) {}
};
#elif defined(A_PRIVATE_REPORT_OF_ITS_OWN) // compiles
class plugin : public runs {
    void report(const char*) {}
};
#elif defined(DEFAULTS_AS_TOML_HAS_THEM)   // compiles
struct plugin : runs {
    struct config {
        int n = 0;
        double x = 0;
        bool is_on = false;
        std::string text;
        std::string lines;
        std::string to;
        std::vector<std::string> texts;
        std::vector<int> numbers;
        std::chrono::milliseconds before{};
        std::int64_t least = 0;
        std::chrono::nanoseconds wait{};
        tactus::byte_count size;
        tactus::event_rate rate;
    };
    static constexpr auto options = tactus::options(
        tactus::option(&config::n, "n", "-0x1F", "A number.").range("-100", "1_000"),
        tactus::option(&config::x, "x", "1e-3", "A number."),
        tactus::option(&config::is_on, "is_on", "true", "Whether."),
        tactus::option(&config::text, "text", "'a'", "A text."),
        tactus::option(&config::lines, "lines", "\"\"\"a\n\\u00e4\"\"\"", "Lines."),
        tactus::option(&config::to, "to", "\"udp://[::1]:9\"", "An address.").endpoint(schemes),
        tactus::option(&config::texts, "texts", "[\"a, b\", 'c]', ]", "Texts."),
        tactus::option(&config::before, "before", "\"-0.5s\"", "A time.").range("\"-1s\"", nullptr),
        tactus::option(&config::least, "least", "-9223372036854775808", "A number."),
        tactus::option(&config::numbers, "numbers", "[1, 2]", "Numbers."),
        tactus::option(&config::wait, "wait", "\"2ms\"", "A time.").range("\"0ms\"", nullptr),
        tactus::option(&config::size, "size", "4096", "A size."),
        tactus::option(&config::rate, "rate", "\"30/m\"", "A rate.").range("\"0.5/s\"", nullptr));
    explicit plugin(const config&) {}
};
#elif defined(TEXT_WITHOUT_ITS_QUOTES)     // a_text_in_toml_has_quotes_of_its_own
struct plugin : runs {
    struct config {
        std::string text;
    };
    static constexpr auto options =
        tactus::options(tactus::option(&config::text, "text", "heard ", "A text."));
    explicit plugin(const config&) {}
};
#elif defined(TIME_WITHOUT_ITS_QUOTES)     // a_text_in_toml_has_quotes_of_its_own
struct plugin : runs {
    struct config {
        std::chrono::nanoseconds wait{};
    };
    static constexpr auto options = tactus::options(
        tactus::option(&config::wait, "wait", "\"2ms\"", "A time.").range("1ms", nullptr));
    explicit plugin(const config&) {}
};
#elif defined(NUMBER_IN_QUOTES)            // a_default_does_not_fit_the_type_of_its_option
struct plugin : runs {
    struct config {
        int n = 0;
    };
    static constexpr auto options =
        tactus::options(tactus::option(&config::n, "n", "\"1\"", "A number."));
    explicit plugin(const config&) {}
};
#elif defined(NUMBER_BEYOND_ITS_MEMBER)    // a_default_is_out_of_the_range_of_its_option
PLUGIN_WITH(std::int32_t, tactus::option(&config::v, "v", "3000000000", "A value."))
#elif defined(NUMBER_BEYOND_BITS)          // a_default_does_not_fit_the_type_of_its_option
PLUGIN_WITH(std::int64_t, tactus::option(&config::v, "v", "99999999999999999999", "A value."))
#elif defined(NUMBER_WITH_ZEROS_BEFORE)    // a_default_does_not_fit_the_type_of_its_option
PLUGIN_WITH(std::int64_t, tactus::option(&config::v, "v", "007", "A value."))
#elif defined(NO_NUMBER)                   // a_default_does_not_fit_the_type_of_its_option
PLUGIN_WITH(double, tactus::option(&config::v, "v", "nan", "A value."))
#elif defined(NUMBER_CUT_OFF)              // a_default_does_not_fit_the_type_of_its_option
PLUGIN_WITH(double, tactus::option(&config::v, "v", "1e", "A value."))
#elif defined(NUMBER_BEYOND_ITS_RANGE)     // a_default_is_out_of_the_range_of_its_option
PLUGIN_WITH(double, tactus::option(&config::v, "v", "1.5", "A value.").range("0", "1.25"))
#elif defined(TIME_BELOW_ZERO)             // a_default_is_out_of_the_range_of_its_option
PLUGIN_WITH(std::chrono::nanoseconds, tactus::option(&config::v, "v", "\"-5ms\"", "A value."))
#elif defined(TIME_WITH_A_BLANK)           // a_default_does_not_fit_the_type_of_its_option
PLUGIN_WITH(std::chrono::nanoseconds, tactus::option(&config::v, "v", "\"5 ms\"", "A value."))
#elif defined(TIME_WITHOUT_ITS_UNIT)       // a_default_does_not_fit_the_type_of_its_option
PLUGIN_WITH(std::chrono::nanoseconds, tactus::option(&config::v, "v", "\"5\"", "A value."))
#elif defined(TEXTS_WITH_A_NUMBER)         // a_text_in_toml_has_quotes_of_its_own
PLUGIN_WITH(std::vector<std::string>, tactus::option(&config::v, "v", "[\"a\", 1]", "A value."))
#elif defined(TEXT_WITH_A_ZERO)            // a_default_does_not_fit_the_type_of_its_option
PLUGIN_WITH(std::string, tactus::option(&config::v, "v", "\"a\\u0000b\"", "A value."))
#elif defined(ENDPOINT_WITHOUT_ITS_PORT)   // a_default_does_not_fit_the_type_of_its_option
PLUGIN_WITH(std::string,
            tactus::option(&config::v, "v", "\"udp://127.0.0.1\"", "A value.").endpoint(schemes))
#elif defined(KEY_IN_CAPITALS)             // a_key_has_a_letter_first
PLUGIN_WITH(std::string, tactus::option(&config::v, "V", "\"x\"", "A value."))
#elif defined(RANGE_OF_A_TEXT)             // the_range_of_an_option_does_not_fit_its_type
PLUGIN_WITH(std::string, tactus::option(&config::v, "v", "\"x\"", "A value.").range("1", "2"))
#elif defined(DESTRUCTOR_THAT_THROWS)      // a plugin's destructor does not throw
struct plugin : runs {
    ~plugin() noexcept(false) {}
};
#endif

} // namespace

TACTUS_PLUGINS(plugin);
