#pragma once

#include <larder/open.h>
#include <larder/result.h>

#include <optional>
#include <string>
#include <string_view>

/// The file `.larder/format`, which says what a directory is: two lines of text,
/// "larder store VERSION" and "layout packed" or "layout directory"; doc/format/disk.md.
namespace larder::disk {

class OwnDir;

/// The layout as written in the file and in config.
std::string_view to_string(DiskLayout layout) noexcept;

/// The file's content for a store of this layout.
std::string print_format(DiskLayout layout);

/// The layout that the content tells, or nullopt if it is no format file's.
/// Errors: invalid_argument (of a newer version).
Result<std::optional<DiskLayout>> parse_format(std::string_view text);

/// The layout that the file in the store's directory tells, or nullopt if there is no sound file.
/// Three syscalls. Errors: invalid_argument (of a newer version), denied, io.
Result<std::optional<DiskLayout>> read_format(int store_dir);

/// Writes the file unless there is a sound one. Gives the layout it tells: of several creators, all
/// get the first one's. Errors: as read_format, and no_space.
Result<DiskLayout> settle_format(const OwnDir& own, int store_dir, DiskLayout layout);

}  // namespace larder::disk
