#pragma once

#include "conformance/conformance.h"
#include <larder/open.h>

namespace larder::conformance {

/// Makes stores on disk of one layout, each in a directory of its own, uncompressed.
StoreFactory disk_factory(DiskLayout layout);

}  // namespace larder::conformance
