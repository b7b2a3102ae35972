# SPDX-License-Identifier: MIT
"""The ABI as the headers have it, and what is kept of it here, in a folder for each version."""
import os
import pathlib
import platform
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TREE = HERE.parent.parent
HEADERS = TREE / "sdk/include"
# Plugins of sdk/examples that are kept: they use the most with the least.
PLUGINS = {"fifo_out": "c", "driver_in": "cpp", "line_in": "cpp"}
# What differs between machines and means nothing.
PLAIN = ["--no-architecture", "--no-corpus-path", "--no-show-locs"]

WHAT_TO_DO = """
What was kept of ABI {version} differs from the headers, which still say {version}: a plugin that
was built before would be loaded and misread.

- Not intended: undo the change. sdk/ABI.md has the rule; what is new gets a new name.
- Intended, before 1.0: raise TACTUS_ABI_MINOR in sdk/include/tactus/abi.h, write a line in
  CHANGELOG.md, and run tests/abi/keep. While no release has {version}, `tests/abi/keep --again`
  replaces what is kept instead.
- From 1.0 on: it is not allowed. Only a limit may be raised, and an open set may grow; then
  `tests/abi/keep --again` is right.
"""


def run(*command, **options):
    ran = subprocess.run([str(each) for each in command], capture_output=True, text=True, **options)
    if ran.returncode != 0:
        called = " ".join(map(str, command))
        sys.exit(f"{called} ends with {ran.returncode}:\n{ran.stdout}{ran.stderr}")
    return ran.stdout


def version(headers=HEADERS):
    """For example 0.1; of releases before 1.0, both numbers must agree."""
    text = (headers / "tactus/abi.h").read_text()
    return ".".join(re.search(rf"#define TACTUS_ABI_{each} (\d+)u", text)[1]
                    for each in ("MAJOR", "MINOR"))


def machine():
    return platform.machine()


def compile_surface(compiler, headers, into):
    run(compiler, "-g", "-std=c11", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared",
        f"-I{headers}", "surface.c", "-o", into, cwd=HERE)


def describe(surface, into):
    run("abidw", *PLAIN, "--no-comp-dir-path", "--no-elf-needed", "--type-id-style", "hash",
        "--out-file", into, surface)


def types_of(headers):
    """The structs and types that the C headers define."""
    found = set()
    for path in headers.rglob("*.h"):
        text = path.read_text()
        found.update(re.findall(r"^\} (tactus_\w+);", text, re.MULTILINE))
        found.update(re.findall(r"^typedef \w+ (tactus_\w+);", text, re.MULTILINE))
    return found


def constants(compiler, headers, work):
    """Name and value, one a line: of each macro that is a number or a text, and each enumerator."""
    include = f"-I{headers}"
    unit = work / "constants.c"
    unit.write_text("#include <tactus/tactus.h>\n")
    macros = run(compiler, "-std=c11", include, "-E", "-dM", unit)
    text = run(compiler, "-std=c11", include, "-E", "-P", unit)
    names = {name for name, body in re.findall(r"^#define (TACTUS_\w+) (.+)$", macros, re.MULTILINE)
             if not body.startswith("__attribute__")}
    names.remove("TACTUS_SDK_VERSION")  # says nothing of the ABI
    for body in re.findall(r"\benum\b[^{};]*\{([^}]*)\}", text):
        names.update(re.findall(r"\bTACTUS_\w+(?=\s*(?:=|,|$))", body))
    lines = "".join(f"    SHOW({name});\n" for name in sorted(names))
    unit.write_text("""#include <inttypes.h>
#include <stdio.h>
#include <tactus/tactus.h>
static void text(const char* name, const char* value) { printf("%s \\"%s\\"\\n", name, value); }
static void number(const char* name, int64_t value) { printf("%s %" PRId64 "\\n", name, value); }
#define SHOW(x) _Generic((x), char*: text, const char*: text, default: number)(#x, x)
int main(void) {
""" + lines + "    return 0;\n}\n")
    run(compiler, "-std=c11", include, unit, "-o", work / "constants")
    return run(work / "constants")


def build_plugin(name, headers, into, c="gcc", cxx="g++"):
    """As tactus_add_plugin does it, small and stripped; the same bytes each time."""
    source = TREE / f"sdk/examples/{name}/{name}.{PLUGINS[name]}"
    flags = ["-Os", "-DNDEBUG", "-fPIC", "-shared", "-fvisibility=hidden", "-s", f"-I{headers}",
             f"-ffile-prefix-map={TREE}=.", f"-Wl,--version-script={TREE}/sdk/cmake/plugin.map",
             "-Wl,--build-id=none", "-Wl,-z,defs"]
    if PLUGINS[name] == "c":
        run(c, "-std=gnu11", *flags, source, "-o", into)
    else:
        run(cxx, "-std=c++20", "-fvisibility-inlines-hidden", "-fno-gnu-unique", *flags, source,
            "-o", into)


def environment():
    return {**os.environ, "LC_ALL": "C"}
