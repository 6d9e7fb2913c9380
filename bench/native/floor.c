// usage: floor stat LIST [FROM TO]...
//        floor hash LIST [FROM TO]...
//        floor pack FROM TO
//
// The least that a process can do for what a hit does: what hits are compared with. `stat` stats
// the files of LIST, a path on each line, and puts each FROM at TO, by a copy within the kernel or,
// if its name ends in `.packed`, decoded and verified. `hash` also reads the files of LIST that
// have a `=` before their path, which `stat` leaves alone, and hashes them with BLAKE3. `pack`
// makes a
// `.packed` file: the XXH3-128 of the bytes, and a zstd frame of level 1.

#include <blake3.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>
#include <zstd.h>

#include "copy.h"

struct bytes {
  char* data;
  size_t size;
};

static struct bytes read_file(const char* path) {
  const int fd = open_input(path);
  struct stat status;
  if (fstat(fd, &status) != 0) die(path);
  struct bytes all = {malloc((size_t)status.st_size + 1), (size_t)status.st_size};
  if (all.data == NULL || read(fd, all.data, all.size) != status.st_size) die(path);
  close(fd);
  return all;
}

// Reads the file into `buffer`, piece by piece.
static void hash_file(const char* path, blake3_hasher* hasher, struct bytes* buffer) {
  const int fd = open_input(path);
  ssize_t got;
  while ((got = read(fd, buffer->data, buffer->size)) > 0) {
    blake3_hasher_update(hasher, buffer->data, (size_t)got);
  }
  if (got < 0) die(path);
  close(fd);
}

// A file need not be there: caches look for absent ones too.
static void visit_files(const char* list_path, bool is_hashing) {
  struct bytes list = read_file(list_path);
  struct bytes buffer = {malloc(1 << 18), 1 << 18};
  if (buffer.data == NULL) die("malloc");
  blake3_hasher hasher;
  blake3_hasher_init(&hasher);
  char* end;
  for (char* path = list.data; path < list.data + list.size; path = end + 1) {
    end = memchr(path, '\n', (size_t)(list.data + list.size - path));
    if (end == NULL) break;
    *end = '\0';
    struct stat status;
    if (*path != '=') {
      (void)stat(path, &status);
    } else if (is_hashing) {
      hash_file(path + 1, &hasher, &buffer);
    }
  }
  uint8_t digest[BLAKE3_OUT_LEN];
  blake3_hasher_finalize(&hasher, digest, sizeof digest);
}

static void pack(const char* from, const char* to) {
  const struct bytes raw = read_file(from);
  const size_t bound = ZSTD_compressBound(raw.size);
  char* frame = malloc(bound);
  if (frame == NULL) die("malloc");
  const size_t size = ZSTD_compress(frame, bound, raw.data, raw.size, 1);
  if (ZSTD_isError(size)) die("ZSTD_compress");
  const XXH128_hash_t hash = XXH3_128bits(raw.data, raw.size);
  const int output = open_output(to);
  write_all(output, &hash, sizeof hash);
  write_all(output, frame, size);
  close(output);
}

static void unpack(const char* from, const char* to) {
  const struct bytes packed = read_file(from);
  XXH128_hash_t expected;
  memcpy(&expected, packed.data, sizeof expected);
  const char* frame = packed.data + sizeof expected;
  const size_t frame_size = packed.size - sizeof expected;
  const unsigned long long size = ZSTD_getFrameContentSize(frame, frame_size);
  char* raw = malloc(size);
  if (raw == NULL || ZSTD_decompress(raw, size, frame, frame_size) != size) die("ZSTD_decompress");
  if (!XXH128_isEqual(XXH3_128bits(raw, size), expected)) die("XXH3_128bits");
  const int output = open_output(to);
  write_all(output, raw, size);
  close(output);
}

static bool is_packed(const char* path) {
  const size_t length = strlen(path);
  return length > 7 && strcmp(path + length - 7, ".packed") == 0;
}

int main(int argc, char** argv) {
  if (argc == 4 && strcmp(argv[1], "pack") == 0) {
    pack(argv[2], argv[3]);
    return 0;
  }
  const bool is_hashing = argc > 2 && strcmp(argv[1], "hash") == 0;
  if (argc < 3 || argc % 2 == 0 || !(is_hashing || strcmp(argv[1], "stat") == 0)) {
    fprintf(stderr, "usage: floor stat|hash LIST [FROM TO]... or floor pack FROM TO\n");
    return 2;
  }
  visit_files(argv[2], is_hashing);
  for (char** pair = argv + 3; *pair != NULL; pair += 2) {
    (is_packed(pair[0]) ? unpack : copy_file)(pair[0], pair[1]);
  }
  return 0;
}
