// SPDX-License-Identifier: MIT
// The main() of test programs that have none: a linker takes it from the library only then.
namespace tactus::testing {
int run_cases(const char* part);
}

int main(int argc, char** argv) {
    return tactus::testing::run_cases(argc > 1 ? argv[1] : "");
}
