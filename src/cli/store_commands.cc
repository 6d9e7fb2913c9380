#include "cli/store_commands.h"

#include "cli/input.h"
#include "cli/progress.h"
#include "sys/file.h"
#include "util/try.h"
#include "util/unique_fd.h"

#include <fcntl.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <cstdlib>

namespace larder::cli {
namespace {

/// The name to replace so that what `path` leads to has new content: symbolic links are followed.
std::string resolve_links(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> resolved(::realpath(path.c_str(), nullptr),
                                                             &std::free);
  return resolved ? resolved.get() : path;
}

/// Writes to a regular file whole or not at all, and into anything else that exists.
Result<void> write_to_path(const Blob& blob, const std::string& path) {
  LARDER_TRY(const auto status, sys::stat_at(AT_FDCWD, path));
  if (!status || S_ISREG(status->st_mode)) return blob.write_to(resolve_links(path));
  LARDER_TRY(const util::UniqueFd fd, sys::open_at(AT_FDCWD, path, O_WRONLY));
  auto written = blob.write_to(fd.get());
  if (!written) return fail(std::move(written).error().context(path));
  return {};
}

Result<void> write_to_stdout(const Blob& blob) {
  auto written = blob.write_to(STDOUT_FILENO);
  if (!written) return fail(output_error(std::move(written).error()));
  return {};
}

/// The end of a command that found nothing under these operands.
ExitCode not_found(std::string_view command, std::string_view what) {
  std::string message(command);
  print_error(message.append(": ").append(what).append(": not found"));
  return ExitCode::not_found;
}

}  // namespace

Result<ExitCode> store_put(Invocation& invocation) {
  const auto& operands = invocation.operands();
  LARDER_TRY(const Key key, invocation.key(operands[0]));
  LARDER_TRY(const Name name, invocation.name(operands[1]));
  LARDER_TRY(const auto target, invocation.open_target());
  Progress progress("put", Progress::Unit::bytes);
  LARDER_TRY(const util::UniqueFd input,
             open_input(operands.size() > 2 ? operands[2] : kStandardInput, progress));
  LARDER_CHECK(target.store->put(key, name, BlobSource::from_fd(input.get())));
  return ExitCode::done;
}

Result<ExitCode> store_get(Invocation& invocation) {
  const auto& operands = invocation.operands();
  LARDER_TRY(const Key key, invocation.key(operands[0]));
  LARDER_TRY(const Name name, invocation.name(operands[1]));
  LARDER_TRY(const auto target, invocation.open_target());
  LARDER_TRY(const auto blob, target.store->get(key, name));
  if (!blob) return not_found("store get", key.hex() + " " + name.text());
  if (operands.size() > 2 && operands[2] != "-") {
    LARDER_CHECK(write_to_path(*blob, std::string(operands[2])));
  } else {
    LARDER_CHECK(write_to_stdout(*blob));
  }
  return ExitCode::done;
}

Result<ExitCode> store_has(Invocation& invocation) {
  LARDER_TRY(const Key key, invocation.key(invocation.operands()[0]));
  LARDER_TRY(const auto target, invocation.open_target());
  LARDER_TRY(const bool found, target.store->has(key));
  return found ? ExitCode::done : ExitCode::not_found;
}

Result<ExitCode> store_rm(Invocation& invocation) {
  LARDER_TRY(const Key key, invocation.key(invocation.operands()[0]));
  LARDER_TRY(const auto target, invocation.open_target());
  LARDER_CHECK(target.store->remove(key));
  return ExitCode::done;
}

Result<ExitCode> store_put_entry(Invocation& invocation) {
  const auto& operands = invocation.operands();
  LARDER_TRY(const Key key, invocation.key(operands[0]));
  std::vector<Name> names;
  for (std::size_t i = 1; i < operands.size(); ++i) {
    if (operands[i].find('=') == std::string_view::npos) {
      return invocation.usage(
          Result<ExitCode>(fail(ErrorCode::invalid_argument,
                                "\"" + std::string(operands[i]) + "\": expected NAME=FILE")));
    }
    LARDER_TRY(Name name, invocation.name(operands[i].substr(0, operands[i].find('='))));
    names.push_back(std::move(name));
  }
  LARDER_TRY(const auto target, invocation.open_target());
  Progress progress("put-entry", Progress::Unit::bytes);
  std::vector<util::UniqueFd> inputs;
  std::vector<NamedSource> blobs;
  for (std::size_t i = 1; i < operands.size(); ++i) {
    LARDER_TRY(util::UniqueFd input,
               open_input(operands[i].substr(operands[i].find('=') + 1), progress));
    blobs.push_back({names[i - 1], BlobSource::from_fd(input.get())});
    inputs.push_back(std::move(input));
  }
  LARDER_CHECK(target.store->put_entry(key, blobs));
  return ExitCode::done;
}

Result<ExitCode> store_get_entry(Invocation& invocation) {
  const auto& operands = invocation.operands();
  LARDER_TRY(const Key key, invocation.key(operands[0]));
  LARDER_TRY(const auto target, invocation.open_target());
  LARDER_TRY(const auto entry, target.store->get_entry(key));
  if (!entry) return not_found("store get-entry", key.hex());
  const std::string directory(operands[1]);
  LARDER_CHECK(sys::make_dirs(directory));
  for (const Entry::Item& item : entry->blobs) {
    LARDER_CHECK(write_to_path(item.blob, directory + "/" + item.name.text()));
  }
  return ExitCode::done;
}

}  // namespace larder::cli
