#pragma once

/// Everything of liblarder at once.
#include <larder/blob.h>    // IWYU pragma: export
#include <larder/config.h>  // IWYU pragma: export
#include <larder/key.h>     // IWYU pragma: export
#include <larder/name.h>    // IWYU pragma: export
#include <larder/open.h>    // IWYU pragma: export
#include <larder/result.h>  // IWYU pragma: export
#include <larder/store.h>   // IWYU pragma: export
