#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <cstdint>

namespace larder::compile {

/// One thing that kept a compile from being a hit. A value.
struct Cause {
  enum class Kind : std::uint8_t {
    never_seen,        ///< No compile like it is known. Subject: another that it is compared with.
    file_changed,      ///< Subject: a file that it reads.
    file_gone,         ///< The same.
    file_appeared,     ///< Subject: a file, where the compiler looked for it before.
    moved,             ///< The project's root is another one; the output may hold its path.
    source_changed,    ///< Subject: the source.
    source_spelling,   ///< The source's path differs.
    argument_added,    ///< Subject: the argument.
    argument_removed,  ///< Subject: the argument.
    argument_changed,  ///< One argument took another's place.
    arguments_reordered,  ///< Subject: the first that stands elsewhere, now before `before`.
    variable,             ///< Subject: the name; absent values where it is not set.
    compiler,             ///< Another compiler; the paths, where they tell.
    compiler_file,        ///< Subject: a file of the compiler's, changed.
    compiler_file_added,
    compiler_file_removed,
    compiler_flags,  ///< What the driver tells its compiler proper; subject: the first that is new.
    directory,       ///< The working directory differs, and the output can hold it.
    named_file,      ///< Subject: a file that an option or extra_files names, changed.
    named_file_added,
    named_file_removed,
    evicted,         ///< What was stored is gone. Subject: why it could not be delivered, if known.
    recache,         ///< Looking it up was switched off.
    concurrent,      ///< The same compile was running and had not stored its result.
    never_stored,    ///< The same compile before was not stored. Subject: why.
    passed_through,  ///< Run uncached on purpose. Subject: the reason; `now`: what decided.
    error,           ///< Run uncached, for the cache failed. Subject: the error.
    unknown,         ///< Something that the history does not hold.
  };

  Kind kind = Kind::unknown;
  std::string subject = {};
  std::optional<std::string> before = {};
  std::optional<std::string> now = {};
  std::string origin =
      {};  ///< Of an argument: the response files it may be from, where they changed.
};

/// The kind's name in JSON, such as "file_changed".
std::string_view to_string(Cause::Kind kind) noexcept;

/// The cause as a sentence that names the one thing, without a full stop.
std::string sentence(const Cause& cause);

}  // namespace larder::compile
