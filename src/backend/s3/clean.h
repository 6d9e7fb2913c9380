#pragma once

#include "backend/s3/session.h"
#include "store/namespace_path.h"
#include <larder/result.h>
#include <larder/store.h>

namespace larder::s3 {

/// As Store::clean, for what lies at and below a namespace. A request for every thousand entries
/// there, and for every thousand removed. Errors: those of what was tried first.
Result<CleanReport> clean(Session& session, const store::NamespacePath& below,
                          const CleanOptions& options);

}  // namespace larder::s3
