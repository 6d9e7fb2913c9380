#include "backend/s3/credentials.h"
#include "backend/s3/s3_backend.h"
#include "store/view.h"
#include "util/try.h"
#include <larder/s3.h>

#include <utility>

namespace larder {

Result<std::unique_ptr<Store>> open_s3_store(const S3Options& options) {
  LARDER_TRY(std::shared_ptr<sys::http::Transport> transport,
             sys::http::make_transport({.ca_file = options.ca_file}));
  LARDER_TRY(std::shared_ptr<s3::CredentialSource> credentials,
             s3::make_credential_source(options, *transport, sys::system_clock()));
  s3::BackendParts parts{.service = {std::move(transport), std::move(credentials)}};
  LARDER_TRY(auto backend, s3::open_backend(options, std::move(parts)));
  return store::make_store(std::move(backend), options.max_bytes);
}

}  // namespace larder
