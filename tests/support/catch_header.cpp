// SPDX-License-Identifier: MIT
// The program that precompiles tests/support/catch.hpp for the tests (TACTUS_PRECOMPILED_CATCH).
int main() { return 0; }
