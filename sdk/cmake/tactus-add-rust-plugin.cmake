# SPDX-License-Identifier: MIT
# tactus_add_rust_plugin(NAME SOURCE.rs): one transport plugin in Rust, NAME.tactus.so, by rustc
# alone. `tactus` is the layer beside this package's files. TACTUS_RUSTC names the compiler.
include_guard(GLOBAL)

function(tactus_add_rust_plugin name source)
  find_program(TACTUS_RUSTC rustc REQUIRED)
  cmake_path(ABSOLUTE_PATH source)
  set(layer ${TACTUS_RUST_DIR}/tactus.rs)
  set(rlib ${CMAKE_CURRENT_BINARY_DIR}/${name}_layer/libtactus.rlib)
  set(file ${CMAKE_CURRENT_BINARY_DIR}/${name}.tactus.so)
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${name}_layer)
  set(flags --edition 2021 -O -D warnings)
  add_custom_command(OUTPUT ${rlib} DEPENDS ${layer}
    COMMAND ${TACTUS_RUSTC} ${flags} --crate-type rlib --crate-name tactus -o ${rlib} ${layer}
    VERBATIM)
  add_custom_command(OUTPUT ${file} DEPENDS ${rlib} ${source}
    COMMAND ${TACTUS_RUSTC} ${flags} --crate-type cdylib --crate-name ${name}
      --extern tactus=${rlib} -o ${file} ${source}
    VERBATIM)
  add_custom_target(${name}_build ALL DEPENDS ${file})
  add_library(${name} MODULE IMPORTED GLOBAL)
  set_target_properties(${name} PROPERTIES IMPORTED_LOCATION ${file})
  add_dependencies(${name} ${name}_build)
endfunction()
