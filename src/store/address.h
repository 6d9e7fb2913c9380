#pragma once

#include "store/namespace_path.h"
#include <larder/key.h>

namespace larder::store {

/// Where an entry lives within a root store. A parameter only: refers to the caller's values.
struct Address {
  const NamespacePath& ns;
  const Key& key;
};

}  // namespace larder::store
