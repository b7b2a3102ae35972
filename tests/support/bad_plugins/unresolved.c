/* SPDX-License-Identifier: MIT
 * A plugin that was linked carelessly: a symbol of it is nowhere. */
extern int nobody_has_this(void);
__attribute__((visibility("default"))) int something_else(void);
int something_else(void) {
    return nobody_has_this();
}
