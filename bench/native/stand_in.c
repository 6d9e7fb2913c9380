// usage: as the compiler that STAND_IN_COMPILER names
//
// Stands in for a compiler, so that a miss costs what the cache does and little else. A compile
// copies what the compiler wrote before, STAND_IN_OBJECT to -o and STAND_IN_DEPFILE to -MF;
// everything else (-E, -###, -v, ...) the compiler itself is asked.

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "copy.h"

struct request {
  bool compiles;
  const char* object;
  const char* depfile;
};

static struct request read_arguments(char** argument) {
  struct request request = {false, NULL, NULL};
  bool asks = false;
  for (; *argument != NULL; ++argument) {
    if (strcmp(*argument, "-c") == 0) request.compiles = true;
    if (strcmp(*argument, "-E") == 0 || strcmp(*argument, "-###") == 0) asks = true;
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

int main(int argc, char** argv) {
  if (argc < 1) return 2;
  const struct request request = read_arguments(argv + 1);
  if (!request.compiles) {
    argv[0] = variable("STAND_IN_COMPILER");
    execv(argv[0], argv);
    die(argv[0]);
  }
  copy_file(variable("STAND_IN_OBJECT"), request.object);
  if (request.depfile != NULL) copy_file(variable("STAND_IN_DEPFILE"), request.depfile);
  return 0;
}
