#include <larder/larder.h>

#include <iostream>

int main() {
  auto key = larder::Key::from_hex("c0ffee");
  if (!key) {
    std::cerr << key.error().message() << '\n';
    return 1;
  }
  std::cout << key->hex() << '\n';
}
