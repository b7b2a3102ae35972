# SPDX-License-Identifier: MIT
# tactus_add_plugin(NAME SOURCE...): one transport plugin, NAME.tactus.so; exports only its entry.
include_guard(GLOBAL)

function(tactus_add_plugin name)
  set(map ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map)
  add_library(${name} MODULE ${ARGN})
  target_link_libraries(${name} PRIVATE tactus::sdk)
  target_compile_features(${name} PRIVATE c_std_11 cxx_std_20)
  # -fno-gnu-unique: two plugins built with different SDKs must not share a static of the headers.
  target_compile_options(${name} PRIVATE
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-fno-gnu-unique>)
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".tactus.so"
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LINK_DEPENDS ${map})
  target_link_options(${name} PRIVATE -Wl,--version-script=${map})
  # The daemon has a libstdc++, which would answer for a shared libc++: the plugin gets one of its own.
  if(CMAKE_CXX_FLAGS MATCHES "-stdlib=libc[+][+]")
    target_link_options(${name} PRIVATE -nostdlib++)
    target_link_libraries(${name} PRIVATE "-Wl,--push-state,-Bstatic,-lc++,-lc++abi,--pop-state")
  endif()
  if(NOT TACTUS_SANITIZE) # the sanitizers' symbols come from the daemon
    target_link_options(${name} PRIVATE -Wl,-z,defs)
  endif()
endfunction()
