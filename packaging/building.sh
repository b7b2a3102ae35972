# SPDX-License-Identifier: MIT
# What packaging/deb and packaging/tarball share: where they build, and with which cache.
# shellcheck shell=bash

# Compilers are given this path in words, so it has no spaces in it.
make_work_folder() { # sets work; it is removed at the end
  local temporary=${TMPDIR:-/var/tmp}
  [[ $temporary != *[[:space:]]* ]] || temporary=/var/tmp
  work=$(mktemp -d "$temporary/tactus-$1.XXXXXX")
  trap 'rm -rf "$work"' EXIT
}

# The cache stays where it is, also for debhelper, which gives each build an empty home. What is in
# it fits any folder, since the compiler is told to leave the folder out of what it makes.
use_ccache() { # the folder of the source
  command -v ccache >/dev/null || return 0
  CCACHE_DIR=$(ccache --get-config cache_dir)
  CCACHE_MAXSIZE=$(ccache --get-config max_size)
  export CCACHE_DIR CCACHE_MAXSIZE CCACHE_BASEDIR=$1 CCACHE_NOHASHDIR=1
}

# The lines of a log that tell why a build failed.
show_failure() { # log
  grep --extended-regexp --max-count=20 '(error|warning):|^(CMake )?Error|FAILED' "$1" |
    cut -c 1-200 >&2 || true
  tail -n 20 "$1" | cut -c 1-200 >&2
}
