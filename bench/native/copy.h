#pragma once

// What the C programs of the benchmarks share. Where a function fails it says so and ends the
// program.

#include <stddef.h>

// Says what failed, with errno, and ends the program.
_Noreturn void die(const char* what);

// Opens a file to read, or one to write that is made empty.
int open_input(const char* path);
int open_output(const char* path);

// Writes all of the bytes.
void write_all(int fd, const void* bytes, size_t size);

// Copies a file within the kernel, over one that may be there.
void copy_file(const char* from, const char* to);
