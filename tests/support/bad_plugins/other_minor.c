/* SPDX-License-Identifier: MIT
 * A plugin of another minor version of the ABI. Its create ends the process: nothing may call it.
 */
#include <tactus/tactus.h>

#include <stdlib.h>

static const tactus_descriptor descriptor = {.struct_size = sizeof descriptor,
                                             .kinds = TACTUS_KIND_INPUT,
                                             .id = "other_minor",
                                             .type = "other_minor",
                                             .version = "1",
                                             .vendor = "tests",
                                             .license = "MIT",
                                             .doc = "Another ABI."};
static const tactus_descriptor* const descriptors[] = {&descriptor};

static tactus_plugin* create(const char* id, const tactus_host* host) {
    (void)id;
    (void)host;
    abort();
}

const tactus_entry tactus_entry_v0 = {.struct_size = sizeof tactus_entry_v0,
                                      .abi_minor = TACTUS_ABI_MINOR + 41,
                                      .sdk_version = "0.42.0",
                                      .n_descriptors = 1,
                                      .descriptors = descriptors,
                                      .create = &create};
