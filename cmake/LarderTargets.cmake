# What every target of the project has in common.

add_library(larder_options INTERFACE)
target_compile_features(larder_options INTERFACE cxx_std_20)
target_compile_options(larder_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough -Wundef>)
# -Wrestrict: GCC 12 sees overlap in `"x" + std::string()` where there is none (GCC bug 105651).
# -Wstringop-overflow: and an overflow in a std::vector<std::byte> that grows by insert().
target_compile_options(larder_options INTERFACE
  $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Wthread-safety>
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict>
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-stringop-overflow>)
# GCC does by itself: memory that is given back has its size said, which src/start goes by.
target_compile_options(larder_options INTERFACE
  $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-fsized-deallocation>)
# So that the linker can put the hit path's functions side by side (src/cli/hit_path.ld).
target_compile_options(larder_options INTERFACE
  $<$<COMPILE_LANG_AND_ID:CXX,GNU,Clang>:-ffunction-sections>)
target_compile_definitions(larder_options INTERFACE _GNU_SOURCE _FILE_OFFSET_BITS=64)

# How a static program is linked. Clang takes -static to mean -no-pie already, and warns.
set(LARDER_STATIC_LINK_OPTIONS -static)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND LARDER_STATIC_LINK_OPTIONS -no-pie)
endif()

# larder_floor(NAME SOURCES... DEPENDS ...): one floor of the architecture, an object library that
# liblarder and the programs are put together from. Includes are written from src/.
function(larder_floor name)
  cmake_parse_arguments(PARSE_ARGV 1 FLOOR "" "" "SOURCES;DEPENDS")
  add_library(${name} STATIC ${FLOOR_SOURCES})
  target_include_directories(${name} PUBLIC
    ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
  target_link_libraries(${name} PRIVATE larder_options PUBLIC ${FLOOR_DEPENDS})
  set_target_properties(${name} PROPERTIES
    CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
endfunction()
