// SPDX-License-Identifier: MIT
// `tactus explain INPUT ...`: asks a running daemon, or a file, what each route would do.
#include "kernel/cli/cli.hpp"
#include "kernel/cli/connect.hpp"
#include "kernel/cli/event_words.hpp"
#include "kernel/cli/explain_text.hpp"
#include "kernel/cli/installed_plugins.hpp"
#include "kernel/cli/load.hpp"
#include "kernel/cli/print.hpp"
#include "kernel/control/socket_folder.hpp"

#include <tactus/cpp/json_writer.hpp>

#include <cstdio>
#include <utility>

namespace tactus::cli {
namespace {

int print_answer(const explain_options& options, const std::string& answer) {
    if (options.control.json) {
        std::printf("%s\n", answer.c_str());
        return exit_ok;
    }
    const result<control::explain_report> report = control::read_explanation(answer);
    if (!report) {
        return fail_with(exit_failure, report.error().text);
    }
    print(stdout, explain_text(*report));
    return exit_ok;
}

// The parameters, as the daemon gets them over the socket.
int ask_file(const explain_options& options, const std::string& params) {
    host::catalog catalog = installed_plugins();
    const checked file = load(options.configuration, catalog);
    if (file.daemon == nullptr) {
        std::fputs(config::render(file.found, file.sources, "nothing was explained").c_str(),
                   stderr);
        return file.exit_code();
    }
    control::request_reader reader;
    const auto asked =
        reader.read(R"({"jsonrpc":"2.0","method":"explain","params":)" + params + "}");
    if (!asked) {
        return fail_with(exit_usage, asked.error().why.message);
    }
    const control::method_result answer = file.daemon->explain(asked->with);
    return answer ? print_answer(options, *answer)
                  : fail_with(code_of(answer.error()), answer.error().message);
}

} // namespace

int explain(const explain_options& options) {
    const result<std::string> event =
        options.midi.empty() ? osc_member(options.words) : midi_member(options.midi);
    if (!event) {
        return fail_with(exit_usage, event.error().text + ". See: tactus explain --help");
    }
    std::string params = "{\"input\":";
    append_json_string(params, options.input);
    params += "," + *event + "}";
    if (!options.configuration.files.empty()) {
        return ask_file(options, params);
    }
    const result<std::string, int> answer =
        ask(options.control, control::status_socket, "explain", params);
    return answer ? print_answer(options, *answer) : answer.error();
}

} // namespace tactus::cli
