# Third-party libraries, each as a target; all come from Debian packages (scripts/install-deps).

find_package(Threads REQUIRED)
find_package(tl-expected REQUIRED)
find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h REQUIRED)
find_package(nlohmann_json REQUIRED)
# Only for stores in S3, which the static program does without.
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(pugixml REQUIRED)
# Only for the courier.
find_package(spdlog REQUIRED)

find_library(ZSTD_STATIC_LIBRARY NAMES libzstd.a REQUIRED)
find_path(ZSTD_INCLUDE_DIR zstd.h REQUIRED)
add_library(larder_zstd STATIC IMPORTED)
set_target_properties(larder_zstd PROPERTIES
  IMPORTED_LOCATION "${ZSTD_STATIC_LIBRARY}"
  INTERFACE_INCLUDE_DIRECTORIES "${ZSTD_INCLUDE_DIR}")

find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)

# BLAKE3's C and assembly sources, as Debian ships them with the Rust crate.
file(GLOB BLAKE3_CANDIDATES /usr/share/cargo/registry/blake3-*/c)
find_path(BLAKE3_SOURCE_DIR blake3.h PATHS ${BLAKE3_CANDIDATES} NO_DEFAULT_PATH REQUIRED)
set(BLAKE3_SOURCES blake3.c blake3_dispatch.c blake3_portable.c)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  list(APPEND BLAKE3_SOURCES blake3_avx2_x86-64_unix.S blake3_avx512_x86-64_unix.S
       blake3_sse2_x86-64_unix.S blake3_sse41_x86-64_unix.S)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  list(APPEND BLAKE3_SOURCES blake3_neon.c)
endif()
list(TRANSFORM BLAKE3_SOURCES PREPEND "${BLAKE3_SOURCE_DIR}/")
add_library(larder_blake3 STATIC ${BLAKE3_SOURCES})
# What it knows of the processor can then be set from outside (src/util/hash.cc).
target_compile_definitions(larder_blake3 PRIVATE BLAKE3_TESTING)
target_include_directories(larder_blake3 SYSTEM PUBLIC "${BLAKE3_SOURCE_DIR}")
set_target_properties(larder_blake3 PROPERTIES POSITION_INDEPENDENT_CODE ON)
