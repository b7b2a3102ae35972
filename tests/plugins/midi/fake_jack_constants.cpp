// SPDX-License-Identifier: MIT
// What of libjack answers the same at any time, for fake_jack.cpp; and the other MIDI systems,
// which are not there.
#include "plugins/midi/input_backend.hpp"
#include "plugins/midi/output_backend.hpp"

#include <jack/jack.h>
#include <jack/midiport.h>

#include <cstdlib>

extern "C" {

void jack_on_shutdown(jack_client_t*, JackShutdownCallback, void*) {}
int jack_set_buffer_size_callback(jack_client_t*, JackBufferSizeCallback, void*) {
    return 0;
}
void jack_set_error_function(void (*)(const char*)) {}
void jack_set_info_function(void (*)(const char*)) {}
jack_nframes_t jack_get_sample_rate(jack_client_t*) {
    return 48000;
}
jack_nframes_t jack_get_buffer_size(jack_client_t*) {
    return 128;
}
jack_time_t jack_frames_to_time(const jack_client_t*, jack_nframes_t frames) {
    return frames;
}
jack_time_t jack_get_time(void) {
    return 0;
}
void jack_free(void* block) {
    std::free(block);
}
void jack_midi_clear_buffer(void*) {} // it is clear
size_t jack_midi_max_event_size(void*) {
    return 32'000;
}
uint32_t jack_midi_get_lost_event_count(void*) {
    return 0;
}
}

namespace midi {

std::unique_ptr<output_backend> open_alsa_output(const alsa_opening&, std::string&) {
    return nullptr;
}
std::unique_ptr<output_backend> open_raw_midi_output(const raw_midi_opening&, std::string&) {
    return nullptr;
}
std::unique_ptr<output_backend> open_rtmidi_output(const std::string&, std::string&) {
    return nullptr;
}
std::unique_ptr<input_backend> open_alsa_input(const source_opening&, event_receiver*,
                                               std::string&) {
    return nullptr;
}
std::unique_ptr<input_backend> open_rtmidi_input(const source_opening&, event_receiver*,
                                                 std::string&) {
    return nullptr;
}

} // namespace midi
