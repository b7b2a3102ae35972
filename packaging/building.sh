# SPDX-License-Identifier: MIT
# What packaging/deb and packaging/tarball share: where they build, and with which cache.
# shellcheck shell=bash

# The same folder for each build, so that ccache has what another build compiled there: GCC writes
# its path into objects that are optimised at link time, even where -ffile-prefix-map hides it in the
# program. Compilers are given the path in words, so it has no spaces.
make_work_folder() { # sets work; it is empty, and removed at the end
  local temporary=${TMPDIR:-/var/tmp}
  [[ $temporary != *[[:space:]]* ]] || temporary=/var/tmp
  work=$temporary/tactus-build-$UID
  mkdir -p -m 700 "$work"
  if [[ ! -O $work || -L $work ]]; then
    fail "$work belongs to somebody else; set TMPDIR to a folder of your own"
  fi
  exec {work_lock}<"$work"
  flock --nonblock "$work_lock" || {
    say "Waiting for another build in $work"
    flock "$work_lock"
  }
  trap 'rm -rf "${work:?}"/*' EXIT
  rm -rf "${work:?}"/*
}

# debhelper gives each build an empty home; the cache stays where it is. Whoever switched it off has
# one that belongs to these builds: they compile the same files several times.
use_ccache() {
  command -v ccache >/dev/null || return 0
  if [[ -n ${CCACHE_DISABLE:-} ]]; then
    unset CCACHE_DISABLE
    export CCACHE_DIR=$PWD/build/deb/ccache
    mkdir -p "$CCACHE_DIR"
  fi
  CCACHE_DIR=$(ccache --get-config cache_dir)
  CCACHE_MAXSIZE=$(ccache --get-config max_size)
  export CCACHE_DIR CCACHE_MAXSIZE
}

# The lines of a log that tell why a build failed.
show_failure() { # log
  grep --extended-regexp --max-count=20 '(error|warning):|^(CMake )?Error|FAILED' "$1" |
    cut -c 1-200 >&2 || true
  tail -n 20 "$1" | cut -c 1-200 >&2
}
