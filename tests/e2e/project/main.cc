#include <cstdio>

#include "count.h"
#include "greeting.h"

int main() {
  const std::string text = greeting("larder");
  std::printf("%s: %d\n", text.c_str(), count_letters(text.c_str()));
}
