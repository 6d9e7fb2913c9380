# What `cmake --install` and the packages hold: the programs with their manual pages (component
# `program`), liblarder with all that a build against it needs (component `library`), and the same of
# liblarder-s3 (component `s3`).

include(CMakePackageConfigHelpers)
set(LARDER_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/larder)

install(TARGETS larder larder-courier larder-store RUNTIME COMPONENT program)
install(TARGETS liblarder EXPORT larderTargets
  ARCHIVE COMPONENT library
  FILE_SET HEADERS COMPONENT library)
install(TARGETS liblarder-s3 EXPORT larderS3Targets
  ARCHIVE COMPONENT s3
  FILE_SET HEADERS COMPONENT s3)
install(EXPORT larderTargets NAMESPACE larder:: DESTINATION ${LARDER_CMAKE_DIR} COMPONENT library)
install(EXPORT larderS3Targets NAMESPACE larder:: DESTINATION ${LARDER_CMAKE_DIR} COMPONENT s3)
configure_package_config_file(cmake/larderConfig.cmake.in larderConfig.cmake
  INSTALL_DESTINATION ${LARDER_CMAKE_DIR})
write_basic_package_version_file(larderConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/larderConfig.cmake ${PROJECT_BINARY_DIR}/larderConfigVersion.cmake
  DESTINATION ${LARDER_CMAKE_DIR} COMPONENT library)
# The prefix is told from where the .pc file lies, so that an installed tree can be moved.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
  BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig OUTPUT_VARIABLE LARDER_PC_TO_PREFIX)
configure_file(cmake/larder.pc.in larder.pc @ONLY)
configure_file(cmake/larder-s3.pc.in larder-s3.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/larder.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)
install(FILES ${PROJECT_BINARY_DIR}/larder-s3.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT s3)

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_CONTACT "The larder developers <larder@localhost>")
set(CPACK_PACKAGE_VENDOR larder)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL library program s3)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME larder)
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION "Compiler cache for GCC and Clang")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
# What says whom to trust beyond https.
set(CPACK_DEBIAN_PROGRAM_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME liblarder-dev)
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "Content-addressable store, for programs in C++")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS "libexpected-dev, libzstd-dev")
set(CPACK_DEBIAN_S3_PACKAGE_NAME liblarder-s3-dev)
set(CPACK_DEBIAN_S3_DESCRIPTION "Content-addressable store in S3, for programs in C++")
set(CPACK_DEBIAN_S3_PACKAGE_DEPENDS
  "liblarder-dev (= ${PROJECT_VERSION}), libcurl4-openssl-dev, libpugixml-dev, libssl-dev")
include(CPack)
