/* SPDX-License-Identifier: MIT
 * A plugin of a later ABI: it exports tactus_entry_v1 only. */
extern __attribute__((visibility("default"))) const int tactus_entry_v1;
const int tactus_entry_v1 = 1;
