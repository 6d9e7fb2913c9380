#pragma once

#include <larder/result.h>

#include <utility>

#define LARDER_JOIN_INNER(a, b) a##b
#define LARDER_JOIN(a, b) LARDER_JOIN_INNER(a, b)
// By counter, not by line: one use may lie within another's argument, on whatever line.
#define LARDER_UNIQUE_RESULT LARDER_JOIN(larder_result_, __COUNTER__)

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration and a variable's name take none

/// `LARDER_TRY(auto fd, open_file(path));` declares `fd`, or returns the Error from this function.
#define LARDER_TRY(declaration, expression) \
  LARDER_TRY_INNER(LARDER_UNIQUE_RESULT, declaration, expression)
#define LARDER_TRY_INNER(result, declaration, expression)        \
  auto result = (expression);                                    \
  if (!result) return ::larder::fail(std::move(result).error()); \
  declaration = *std::move(result)

/// `LARDER_CHECK(write_all(fd, bytes));` returns the Error from this function if there is one.
#define LARDER_CHECK(expression) LARDER_CHECK_INNER(LARDER_UNIQUE_RESULT, expression)
#define LARDER_CHECK_INNER(result, expression)                                                 \
  do {                                                                                         \
    if (auto result = (expression); !result) return ::larder::fail(std::move(result).error()); \
  } while (false)

// NOLINTEND(bugprone-macro-parentheses)
