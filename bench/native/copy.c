#include "copy.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void die(const char* what) {
  perror(what);
  exit(1);
}

int open_input(const char* path) {
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) die(path);
  return fd;
}

int open_output(const char* path) {
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) die(path);
  return fd;
}

void write_all(int fd, const void* bytes, size_t size) {
  const char* at = bytes;
  while (size > 0) {
    const ssize_t written = write(fd, at, size);
    if (written < 0) die("write");
    at += written;
    size -= (size_t)written;
  }
}

void copy_file(const char* from, const char* to) {
  const int input = open_input(from);
  const int output = open_output(to);
  ssize_t copied;
  do {
    copied = copy_file_range(input, NULL, output, NULL, (size_t)1 << 30, 0);
  } while (copied > 0);
  if (copied < 0) die("copy_file_range");
  close(input);
  close(output);
}
