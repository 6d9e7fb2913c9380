#include "cli/courier_place.h"

#include "cli/sibling.h"
#include "compose/courier_endpoint.h"
#include "util/try.h"

#include <unistd.h>

#include <string>

namespace larder::cli {

Result<courier::Endpoint> find_courier(const Config& config) {
  LARDER_TRY(const std::string program, sibling_path("larder-courier"));
  return compose::courier_endpoint(config, ::environ, program);
}

}  // namespace larder::cli
