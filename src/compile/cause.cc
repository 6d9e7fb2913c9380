#include "compile/cause.h"

namespace larder::compile {
namespace {

std::string variable_sentence(const Cause& cause) {
  const std::string name = "the variable " + cause.subject;
  if (!cause.before) return name + " is now set: " + cause.now.value_or("");
  if (!cause.now) return name + " is no longer set; it was " + *cause.before;
  return name + " was " + *cause.before + " and is now " + *cause.now;
}

std::string compiler_sentence(const Cause& cause) {
  if (!cause.before || !cause.now) return "the compiler is another one";
  return "the compiler was " + *cause.before + " and is now " + *cause.now;
}

std::string argument_sentence(const Cause& cause) {
  const std::string origin = cause.origin.empty() ? "" : " (from " + cause.origin + ")";
  switch (cause.kind) {
    case Cause::Kind::argument_added:
      return "new argument: " + cause.subject + origin;
    case Cause::Kind::argument_removed:
      return "argument no longer there: " + cause.subject + origin;
    case Cause::Kind::argument_changed:
      return "argument " + cause.now.value_or("") + " was " + cause.before.value_or("") + origin;
    default:
      return "the arguments are in another order: " + cause.subject + " now stands before " +
             cause.before.value_or("") + origin;
  }
}

std::string compiler_file_sentence(const Cause& cause) {
  switch (cause.kind) {
    case Cause::Kind::compiler_file_added:
      return cause.subject + " is now part of the compiler";
    case Cause::Kind::compiler_file_removed:
      return cause.subject + " is no longer part of the compiler";
    case Cause::Kind::compiler_flags:
      return "the driver now tells its compiler proper: " + cause.subject;
    default:
      return "the compiler's " + cause.subject + " has changed";
  }
}

std::string named_file_sentence(const Cause& cause) {
  const std::string file = cause.subject + ", a file that an option or extra_files names,";
  switch (cause.kind) {
    case Cause::Kind::named_file_added:
      return file + " is new";
    case Cause::Kind::named_file_removed:
      return file + " is no longer named";
    default:
      return file + " has changed";
  }
}

}  // namespace

// A switch, so that the compiler misses no kind.
// NOLINTNEXTLINE(readability-function-size)
std::string_view to_string(Cause::Kind kind) noexcept {
  using enum Cause::Kind;
  switch (kind) {
    case never_seen:
      return "never_seen";
    case file_changed:
      return "file_changed";
    case file_gone:
      return "file_gone";
    case file_appeared:
      return "file_appeared";
    case moved:
      return "moved";
    case source_changed:
      return "source_changed";
    case source_spelling:
      return "source_spelling";
    case argument_added:
      return "argument_added";
    case argument_removed:
      return "argument_removed";
    case argument_changed:
      return "argument_changed";
    case arguments_reordered:
      return "arguments_reordered";
    case variable:
      return "variable";
    case compiler:
      return "compiler";
    case compiler_file:
      return "compiler_file";
    case compiler_file_added:
      return "compiler_file_added";
    case compiler_file_removed:
      return "compiler_file_removed";
    case compiler_flags:
      return "compiler_flags";
    case directory:
      return "directory";
    case named_file:
      return "named_file";
    case named_file_added:
      return "named_file_added";
    case named_file_removed:
      return "named_file_removed";
    case evicted:
      return "evicted";
    case recache:
      return "recache";
    case concurrent:
      return "concurrent";
    case never_stored:
      return "never_stored";
    case passed_through:
      return "passed_through";
    case error:
      return "error";
    case unknown:
      break;
  }
  return "unknown";
}

std::string sentence(const Cause& cause) {
  using enum Cause::Kind;
  switch (cause.kind) {
    case never_seen:
      if (cause.subject.empty()) return "it was never seen before";
      return "it was never seen before; from " + cause.subject + " it differs in this:";
    case file_changed:
      return cause.subject + " has changed";
    case file_gone:
      return cause.subject + " is gone";
    case file_appeared:
      return cause.subject + " has appeared: the compiler had looked for it there";
    case moved:
      return "the checkout in " + cause.subject +
             " is another one, and the output may hold or depend on its path";
    case source_changed:
      return "the source " + cause.subject + " has changed";
    case source_spelling:
      return "the source was named " + cause.before.value_or("") + " and is now " +
             cause.now.value_or("");
    case argument_added:
    case argument_removed:
    case argument_changed:
    case arguments_reordered:
      return argument_sentence(cause);
    case variable:
      return variable_sentence(cause);
    case compiler:
      return compiler_sentence(cause);
    case compiler_file:
    case compiler_file_added:
    case compiler_file_removed:
    case compiler_flags:
      return compiler_file_sentence(cause);
    case directory:
      return "the working directory, which the output can hold, was " + cause.before.value_or("") +
             " and is now " + cause.now.value_or("");
    case named_file:
    case named_file_added:
    case named_file_removed:
      return named_file_sentence(cause);
    case evicted:
      if (!cause.subject.empty()) return "its result could not be delivered: " + cause.subject;
      return "its result was evicted or removed";
    case recache:
      return "looking it up was switched off (recache)";
    case concurrent:
      return "the same compile was running and not yet stored";
    case never_stored:
      return "the same compile before was not stored: " + cause.subject;
    case passed_through:
      return "it was passed through: " + cause.subject +
             (cause.now ? " (" + *cause.now + ")" : std::string());
    case error:
      return "it was run uncached because of an error: " + cause.subject;
    case unknown:
      break;
  }
  return "something differs that the history does not hold";
}

}  // namespace larder::compile
