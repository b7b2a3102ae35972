/* SPDX-License-Identifier: MIT
 * What fault.c and fault_tables.c share. */
#ifndef TACTUS_TESTS_FAULT_TABLES_H
#define TACTUS_TESTS_FAULT_TABLES_H

#include "fault.h"

#include <tactus/tactus.h>

#include <stddef.h>

#define FAULT_ID "tests.fault"

static const int fault = FAULT;

extern const tactus_plugin fault_plugin; /* the functions, for a copy */

tactus_plugin* fault_create(const char* id, const tactus_host* host);
tactus_status fault_start(tactus_plugin* plugin);
void fault_stop(tactus_plugin* plugin);
void fault_destroy(tactus_plugin* plugin);
void fault_make_metric(const tactus_host* host);
const tactus_host* fault_host(tactus_plugin* plugin);
void fault_throw(void); /* fault_throw.cpp: a C++ exception */

#endif
