#pragma once

#include <larder/result.h>

#include <utility>

#define LARDER_JOIN_INNER(a, b) a##b
#define LARDER_JOIN(a, b) LARDER_JOIN_INNER(a, b)

/// `LARDER_TRY(auto fd, open_file(path));` declares `fd`, or returns the Error from this function.
#define LARDER_TRY(declaration, expression) \
  LARDER_TRY_INNER(LARDER_JOIN(larder_result_, __LINE__), declaration, expression)
#define LARDER_TRY_INNER(result, declaration, expression)        \
  auto result = (expression);                                    \
  if (!result) return ::larder::fail(std::move(result).error()); \
  declaration = *std::move(result)

/// `LARDER_CHECK(write_all(fd, bytes));` returns the Error from this function if there is one.
#define LARDER_CHECK(expression)                               \
  do {                                                         \
    if (auto larder_result = (expression); !larder_result)     \
      return ::larder::fail(std::move(larder_result).error()); \
  } while (false)
