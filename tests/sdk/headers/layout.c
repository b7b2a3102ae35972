/* SPDX-License-Identifier: MIT
 * The layout as a C compiler sees it, and proof that the status codes are what they were. */
#include "layout.h"

int tactus_layout_is_checked_in_c(void);
int tactus_layout_is_checked_in_c(void) {
    return TACTUS_OK == 0 && TACTUS_PENDING == 1 && TACTUS_E_AGAIN == -1 &&
           TACTUS_E_CANCELED == -2 && TACTUS_E_INVALID == -3 && TACTUS_E_UNSUPPORTED == -4 &&
           TACTUS_E_NOMEM == -5 && TACTUS_E_IO == -6 && TACTUS_E_CLOSED == -7 &&
           TACTUS_E_CONFIG == -8 && TACTUS_E_WRONG_THREAD == -9 && TACTUS_E_INTERNAL == -10 &&
           TACTUS_E_TIMEOUT == -11 && TACTUS_E_DENIED == -12;
}

/* A status is an integer constant: of a static object, a case, an array's length. */
static const tactus_status retried[TACTUS_PENDING + 1] = {TACTUS_E_AGAIN, TACTUS_E_TIMEOUT};

int tactus_is_retried_in_c(tactus_status status);
int tactus_is_retried_in_c(tactus_status status) {
    switch (status) {
    case TACTUS_OK:
    case TACTUS_E_DENIED:
        return 0;
    default:
        return status == retried[0] || status == retried[1];
    }
}
