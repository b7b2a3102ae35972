// SPDX-License-Identifier: MIT
// Tests of the file as a whole: its loading, its symbols, its entry.
#include "check_case.hpp"
#include "check_process.hpp"
#include "elf_symbols.hpp"
#include "process_state.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

extern char** environ;

namespace tactus::checker {
namespace {

void load(subject& plugin) {
    static_cast<void>(plugin.entry());
}

std::string environment_text() {
    std::string all;
    for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
        all += std::string(*each) + "\n";
    }
    return all;
}

void load_quietly(subject& plugin) {
    const testing::resources before = testing::resources::now();
    const std::string environment = environment_text();
    static_cast<void>(plugin.entry());
    require(written_so_far().empty(),
            "Its loading writes to standard output or error: " + written_so_far().substr(0, 200));
    const std::string left = testing::left_since(before);
    require(left.empty(), "Its loading leaves " + left + "; begin work in start.");
    require(environment == environment_text(), "Its loading changes the environment.");
}

void export_one_symbol(subject& plugin) {
    std::string others;
    bool has_entry = false;
    for (const std::string& name : exported_symbols(plugin.path())) {
        has_entry = has_entry || name == "tactus_entry_v0";
        others += name == "tactus_entry_v0" ? "" : " " + name;
    }
    require(has_entry, "It exports no tactus_entry_v0.");
    require(others.empty(), "It exports more than tactus_entry_v0, which other plugins may see:" +
                                others.substr(0, 200) +
                                ". Build it with tactus_add_plugin(), or with its version script.");
}

void check_entry(subject& plugin) {
    const tactus_entry& entry = plugin.entry();
    require(entry.struct_size >= sizeof(tactus_entry), "struct_size of its entry is " +
                                                           std::to_string(entry.struct_size) +
                                                           ", below sizeof(tactus_entry).");
    require(entry.abi_minor == TACTUS_ABI_MINOR,
            "It was built for ABI 0." + std::to_string(entry.abi_minor) + ", and this is 0." +
                std::to_string(TACTUS_ABI_MINOR) + ".");
    require(entry.sdk_version != nullptr && *entry.sdk_version != '\0', "sdk_version is empty.");
    require(entry.reserved == 0, "A reserved field of its entry is not 0.");
    require(entry.n_descriptors != 0 && entry.descriptors != nullptr, "It has no descriptors.");
    require(entry.n_descriptors <= TACTUS_DESCRIPTORS_MAX,
            "It has " + std::to_string(entry.n_descriptors) + " descriptors; at most " +
                std::to_string(TACTUS_DESCRIPTORS_MAX) + " are possible.");
    require(entry.create != nullptr, "It has no create function.");
    for (std::uint32_t i = 0; i < entry.n_descriptors; ++i) {
        require(entry.descriptors[i] != nullptr, "One of its descriptors is NULL.");
    }
}

// As the daemon's catalog looks for it. A type of both kinds may be found as one of them only.
bool is_found(const tactus_descriptor& of, const std::string& name) {
    const std::string type = of.type;
    return name == type || ((of.kinds & TACTUS_KIND_INPUT) != 0 && name == type + "_in") ||
           ((of.kinds & TACTUS_KIND_OUTPUT) != 0 && name == type + "_out");
}

// The names that the daemon looks for, as a text.
std::string file_names(const tactus_descriptor& of) {
    const std::string type = of.type;
    std::string names = type + ".tactus.so";
    names += (of.kinds & TACTUS_KIND_INPUT) != 0 ? " or " + type + "_in.tactus.so" : "";
    names += (of.kinds & TACTUS_KIND_OUTPUT) != 0 ? " or " + type + "_out.tactus.so" : "";
    return names;
}

void check_file_name(subject& plugin) {
    const std::string name = std::filesystem::path(plugin.path()).filename();
    constexpr std::string_view ending = ".tactus.so";
    require(name.ends_with(ending), "Its name does not end in .tactus.so.");
    const std::string stem = name.substr(0, name.size() - ending.size());
    const tactus_entry& entry = plugin.entry();
    std::string wanted;
    for (std::uint32_t i = 0; i < entry.n_descriptors; ++i) {
        const tactus_descriptor& each = *entry.descriptors[i];
        if (is_found(each, stem)) {
            return;
        }
        wanted += (wanted.empty() ? "" : "; ") + file_names(each);
    }
    fail("The daemon does not find its types in a file called " + name + ": it looks for " +
         wanted + ".");
}

void refuse_unknown_ids(subject& plugin) {
    const tactus_entry& entry = plugin.entry();
    testing::test_host host("check");
    host.is_creating = true;
    const std::string longer = std::string(entry.descriptors[0]->id) + "x";
    for (const char* id : {"no.such.plugin", "", longer.c_str()}) {
        plugin.note_call("create");
        tactus_plugin* const made = entry.create(id, host.raw());
        plugin.note_call(nullptr);
        require(made == nullptr, std::string("create(\"") + id +
                                     "\") makes an instance, and no descriptor has this id.");
    }
}

void leave_process_alone(subject& plugin) {
    constexpr std::array signals = {SIGTERM, SIGINT, SIGHUP, SIGSEGV, SIGUSR1, SIGCHLD, SIGPIPE};
    const std::vector<int> others = open_canaries();
    const std::string before = process_text(signals, others);
    static_cast<void>(plugin.entry());
    const std::string after = process_text(signals, others);
    require(before == after,
            "Its loading changes " + changed(before, after) + ", which is the whole process's.");
}

// The file's destructors when the process ends.
void leave_quietly(subject& plugin) {
    static_cast<void>(plugin.entry());
    plugin.note_call("the end of the process, by its destructors or atexit() functions");
    exit_apart();
}

constexpr std::array cases = std::to_array<check_case>({
    {"file-loads", "The file can be loaded and exports its entry.", scope::file, &load},
    {"file-symbols", "It exports its entry alone.", scope::file, &export_one_symbol},
    {"file-quiet", "Its loading leaves no thread, descriptor or output.", scope::file,
     &load_quietly},
    {"file-process", "Its loading leaves signals, folder, locale and descriptors as they are.",
     scope::file, &leave_process_alone},
    {"entry", "The entry has its size, version, descriptors and create.", scope::file,
     &check_entry},
});
constexpr std::array late_cases = std::to_array<check_case>({
    {"file-name", "The daemon finds its types by the file's name.", scope::file, &check_file_name},
    {"exit", "The end of the process, after its loading alone, is an ordinary one.", scope::file,
     &leave_quietly},
    {"create-unknown", "create returns NULL for an id that it has not.", scope::file,
     &refuse_unknown_ids},
});

} // namespace

std::span<const check_case> file_cases() {
    return cases;
}
std::span<const check_case> late_file_cases() {
    return late_cases;
}

} // namespace tactus::checker
