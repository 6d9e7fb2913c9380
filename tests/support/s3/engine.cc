#include "support/s3/engine.h"

#include <fstream>
#include <map>

#include <cstdio>
#include <cstdlib>

namespace larder::support {

S3Engine S3Engine::in(const std::string& directory) {
  std::map<std::string, std::string> values;
  std::ifstream file(directory + "/env");
  for (std::string line; std::getline(file, line);) {
    const auto equals = line.find('=');
    values[line.substr(0, equals)] = line.substr(equals + 1);
  }
  if (values.empty()) {
    std::fprintf(stderr, "no S3 service is running: tests/support/s3/rgw start %s\n",
                 directory.c_str());
    std::abort();
  }
  return {.endpoint = values["ENDPOINT"],
          .tls_endpoint = values["TLS_ENDPOINT"],
          .ca_file = values["CA_FILE"],
          .access_key = values["ACCESS_KEY"],
          .secret_key = values["SECRET_KEY"],
          .reader_access_key = values["READER_ACCESS_KEY"],
          .reader_secret_key = values["READER_SECRET_KEY"],
          .sts_endpoint = values["STS_ENDPOINT"],
          .role_arn = values["ROLE_ARN"]};
}

S3Engine S3Engine::shared() { return in(LARDER_S3_ENGINE); }

}  // namespace larder::support
