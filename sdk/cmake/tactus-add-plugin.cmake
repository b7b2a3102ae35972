# SPDX-License-Identifier: MIT
# tactus_add_plugin(NAME SOURCE...): one transport plugin, NAME.tactus.so, hidden but for its entry.
include_guard(GLOBAL)
set(TACTUS_PLUGIN_MAP ${CMAKE_CURRENT_LIST_DIR}/plugin.map)

function(tactus_add_plugin name)
  add_library(${name} MODULE ${ARGN})
  target_link_libraries(${name} PRIVATE tactus::sdk)
  target_compile_features(${name} PRIVATE c_std_11 cxx_std_20)
  # -fno-gnu-unique: two plugins built with different SDKs must not share a static of the headers.
  target_compile_options(${name} PRIVATE
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-fno-gnu-unique>)
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".tactus.so"
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS ${TACTUS_PLUGIN_MAP})
  target_link_options(${name} PRIVATE -Wl,--version-script=${TACTUS_PLUGIN_MAP})
  if(NOT TACTUS_SANITIZE) # the sanitizers' symbols come from the daemon
    target_link_options(${name} PRIVATE -Wl,-z,defs)
  endif()
endfunction()
