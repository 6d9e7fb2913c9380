// usage: as the compiler that STAND_IN_COMPILER names
//
// Stands in for a compiler, so that a miss costs what the cache does and little else. A compile
// copies what the compiler wrote before, object and depfile, from under the same names in the
// directory STAND_IN_OUTPUTS; everything else (-E, -###, -v, ...) the compiler itself is asked.

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "copy.h"

struct request {
  bool compiles;
  bool has_depfile;
  const char* object;
  const char* depfile;  // NULL for the one that is named after the object
};

static struct request read_arguments(char** argument) {
  struct request request = {false, false, NULL, NULL};
  bool asks = false;
  for (; *argument != NULL; ++argument) {
    if (strcmp(*argument, "-c") == 0) request.compiles = true;
    if (strcmp(*argument, "-E") == 0 || strcmp(*argument, "-###") == 0) asks = true;
    if (strcmp(*argument, "-MD") == 0 || strcmp(*argument, "-MMD") == 0) request.has_depfile = true;
    if (argument[1] == NULL) break;
    if (strcmp(*argument, "-o") == 0) request.object = argument[1];
    if (strcmp(*argument, "-MF") == 0) request.depfile = argument[1];
  }
  request.compiles = request.compiles && !asks && request.object != NULL;
  return request;
}

static char* variable(const char* name) {
  char* value = getenv(name);
  if (value == NULL) die(name);
  return value;
}

static void check_fits(int length, const char* path) {
  if (length >= 0 && length < PATH_MAX) return;
  errno = ENAMETOOLONG;
  die(path);
}

static void copy_output(const char* path) {
  const char* const slash = strrchr(path, '/');
  char from[PATH_MAX];
  const int length = snprintf(from, sizeof from, "%s/%s", variable("STAND_IN_OUTPUTS"),
                              slash == NULL ? path : slash + 1);
  check_fits(length, path);
  copy_file(from, path);
}

static void copy_depfile(const struct request* request) {
  if (request->depfile != NULL) {
    copy_output(request->depfile);
    return;
  }
  const char* const dot = strrchr(request->object, '.');
  const int stem = dot == NULL ? (int)strlen(request->object) : (int)(dot - request->object);
  char path[PATH_MAX];
  check_fits(snprintf(path, sizeof path, "%.*s.d", stem, request->object), request->object);
  copy_output(path);
}

int main(int argc, char** argv) {
  if (argc < 1) return 2;
  const struct request request = read_arguments(argv + 1);
  if (!request.compiles) {
    argv[0] = variable("STAND_IN_COMPILER");
    execv(argv[0], argv);
    die(argv[0]);
  }
  copy_output(request.object);
  if (request.has_depfile) copy_depfile(&request);
  return 0;
}
