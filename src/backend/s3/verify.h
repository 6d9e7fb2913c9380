#pragma once

#include "backend/s3/session.h"
#include "store/namespace_path.h"
#include <larder/result.h>
#include <larder/store.h>

namespace larder::s3 {

/// As Store::verify, for what lies at and below a namespace. A request for every thousand entries
/// there and for each of them; two more for one that is corrupt.
Result<VerifyReport> verify(Session& session, const store::NamespacePath& below,
                            const VerifyOptions& options);

}  // namespace larder::s3
