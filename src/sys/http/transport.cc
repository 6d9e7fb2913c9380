#include "sys/http/transport.h"

#include <strings.h>

#include <algorithm>

namespace larder::sys::http {

std::string_view find_header(const Headers& headers, std::string_view name) {
  const auto found = std::ranges::find_if(headers, [name](const Header& header) {
    return header.name.size() == name.size() &&
           ::strncasecmp(header.name.data(), name.data(), name.size()) == 0;
  });
  return found == headers.end() ? std::string_view() : found->value;
}

}  // namespace larder::sys::http
