/* SPDX-License-Identifier: MIT
 * A shared object that is no plugin: it exports nothing that tactus knows. */
__attribute__((visibility("default"))) int something_else(void);
int something_else(void) {
    return 1;
}
