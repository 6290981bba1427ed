# find_package(inwise) gives the target inwise::inwise. The files lie in LIBDIR/cmake/inwise.
get_filename_component(_inwise_libdir "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
get_filename_component(_inwise_prefix "${_inwise_libdir}/.." ABSOLUTE)
find_path(inwise_INCLUDE_DIR inwise.h HINTS "${_inwise_prefix}/include" NO_DEFAULT_PATH)
find_path(inwise_INCLUDE_DIR inwise.h)
if(NOT inwise_INCLUDE_DIR OR NOT EXISTS "${_inwise_libdir}/libinwise.so")
    set(inwise_FOUND FALSE)
    set(inwise_NOT_FOUND_MESSAGE "inwise.h or libinwise.so is missing beside ${CMAKE_CURRENT_LIST_DIR}")
elseif(NOT TARGET inwise::inwise)
    add_library(inwise::inwise SHARED IMPORTED)
    set_target_properties(inwise::inwise PROPERTIES
        IMPORTED_LOCATION "${_inwise_libdir}/libinwise.so"
        IMPORTED_SONAME "libinwise.so.0"
        INTERFACE_INCLUDE_DIRECTORIES "${inwise_INCLUDE_DIR}")
endif()
