# What `cmake --install` and the packages hold: the programs with their manual pages (component
# `program`) and liblarder with all that a build against it needs (component `library`).

include(CMakePackageConfigHelpers)
set(LARDER_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/larder)

install(TARGETS larder larder-store RUNTIME COMPONENT program)
install(TARGETS liblarder EXPORT larderTargets
  ARCHIVE COMPONENT library
  FILE_SET HEADERS COMPONENT library)
install(EXPORT larderTargets NAMESPACE larder:: DESTINATION ${LARDER_CMAKE_DIR} COMPONENT library)
configure_package_config_file(cmake/larderConfig.cmake.in larderConfig.cmake
  INSTALL_DESTINATION ${LARDER_CMAKE_DIR})
write_basic_package_version_file(larderConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/larderConfig.cmake ${PROJECT_BINARY_DIR}/larderConfigVersion.cmake
  DESTINATION ${LARDER_CMAKE_DIR} COMPONENT library)
# The prefix is told from where the .pc file lies, so that an installed tree can be moved.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
  BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig OUTPUT_VARIABLE LARDER_PC_TO_PREFIX)
configure_file(cmake/larder.pc.in larder.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/larder.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_CONTACT "The larder developers <larder@localhost>")
set(CPACK_PACKAGE_VENDOR larder)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL library program)
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
include(CPack)
