// usage: run_arguments COMMAND...
//
// A compiler launcher that does nothing but run the compiler.

#include <stdio.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: run_arguments COMMAND...\n");
    return 2;
  }
  execvp(argv[1], argv + 1);
  perror(argv[1]);
  return 127;
}
