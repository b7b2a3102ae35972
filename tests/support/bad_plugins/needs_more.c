/* SPDX-License-Identifier: MIT
 * A plugin that needs interfaces which no host has. */
#include <tactus/tactus.h>

#include <stdlib.h>

static const char* const needed[] = {TACTUS_TIMER_0, "tactus.teleport/0", "tactus.timer/7", NULL};
static const tactus_descriptor descriptor = {.struct_size = sizeof descriptor,
                                             .kinds = TACTUS_KIND_OUTPUT,
                                             .id = "needs_more_out",
                                             .type = "needs_more",
                                             .version = "1",
                                             .vendor = "tests",
                                             .license = "MIT",
                                             .doc = "Wants the impossible.",
                                             .requires_interfaces = needed};
static const tactus_descriptor* const descriptors[] = {&descriptor};

static tactus_plugin* create(const char* id, const tactus_host* host) {
    (void)id;
    (void)host;
    abort();
}

const tactus_entry tactus_entry_v0 = {.struct_size = sizeof tactus_entry_v0,
                                      .abi_minor = TACTUS_ABI_MINOR,
                                      .sdk_version = TACTUS_SDK_VERSION,
                                      .n_descriptors = 1,
                                      .descriptors = descriptors,
                                      .create = &create};
