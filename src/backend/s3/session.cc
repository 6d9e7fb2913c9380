#include "backend/s3/session.h"

namespace larder::s3 {

Result<void> Session::check_writable() const {
  if (!options_.read_only) return {};
  return fail(ErrorCode::denied, "change store " + dir({}) + ": it was opened read-only");
}

std::string Session::dir(const store::NamespacePath& below) const {
  std::string dir = bucket_.url_of(layout::object_prefix(options_.prefix, below));
  if (dir.ends_with('/')) dir.pop_back();
  return dir;
}

}  // namespace larder::s3
