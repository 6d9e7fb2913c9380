#include "compile/manifest.h"
#include "compile/manifest_layout.h"
#include "util/string_map.h"
#include "util/varint.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <cstring>

namespace larder::compile {

using namespace manifest_layout;

namespace {

using Numbers = std::vector<std::uint32_t>;
using NumbersByText = util::ViewMap<std::uint32_t>;

/// Finds paths by how they end.
class PathEnds {
 public:
  explicit PathEnds(std::span<const std::string_view> paths) {
    by_last_part_.reserve(paths.size());
    for (const std::string_view path : paths) by_last_part_.emplace(last_part(path), path);
  }

  /// A path that is `name`, or ends in it behind a slash; nothing if there is none.
  [[nodiscard]] std::string_view find(std::string_view name) const {
    const auto [first, last] = by_last_part_.equal_range(last_part(name));
    for (auto at = first; at != last; ++at) {
      const std::string_view path = at->second;
      if (!path.ends_with(name)) continue;
      if (path.size() == name.size() || path[path.size() - name.size() - 1] == '/') return path;
    }
    return {};
  }

 private:
  static std::string_view last_part(std::string_view path) {
    return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  }

  std::unordered_multimap<std::string_view, std::string_view, util::StringHash> by_last_part_;
};

/// Writes the sections of a manifest, each distinct string, file, list and group once.
class ManifestWriter {
 public:
  explicit ManifestWriter(std::span<const ManifestResult> results) : results_(results) {
    gather_strings();
    gather_files();
    gather_groups();
  }

  [[nodiscard]] util::ByteBuffer write() const {
    util::ByteBuffer bytes(util::ByteBuffer::size_type{kHeaderBytes});
    Counts counts = {.strings = count(strings_),
                     .names = count(names_),
                     .files = count(files_),
                     .lists = count(lists_),
                     .groups = count(groups_),
                     .results = count(results_)};
    write_strings(bytes, counts);
    write_names(bytes);
    write_files(bytes);
    write_groups(bytes);
    write_results(bytes);
    write_digests(bytes);
    std::ranges::copy(kMagic, bytes.begin());
    util::store(std::span(bytes), kMagic.size(), kVersion);
    std::memcpy(bytes.data() + kCountsOffset, &counts, sizeof counts);
    return bytes;
  }

 private:
  struct List {
    Numbers names;
    std::uint64_t mark = 0;
  };
  using File = std::pair<std::uint32_t, std::uint32_t>;   // path and mark
  using Group = std::pair<std::uint32_t, std::uint32_t>;  // directory and list

  template <typename T>
  static std::uint32_t count(const T& range) {
    return static_cast<std::uint32_t>(range.size());
  }

  template <typename T>
  static void sort_and_unify(std::vector<T>& values) {
    if (!std::ranges::is_sorted(values)) std::ranges::sort(values);  // as a single result's are
    values.erase(std::unique(values.begin(), values.end()), values.end());
  }

  void gather_strings() {
    std::vector<std::string_view> directories;
    util::ViewSet names;  // Most are absent from several directories.
    for (const ManifestResult& result : results_) {
      for (const ManifestFile& file : result.files) strings_.emplace_back(file.path);
      for (const AbsentGroup& group : result.absent) {
        directories.emplace_back(group.directory);
        names.insert(group.names.begin(), group.names.end());
      }
    }
    sort_and_unify(strings_);
    names_.assign(names.begin(), names.end());
    std::ranges::sort(names_);
    merge_strings(directories);

    const PathEnds ends(strings_);
    std::vector<std::string_view> others;
    name_paths_.reserve(names_.size());
    for (const std::string_view name : names_) {
      const std::string_view path = ends.find(name);
      name_paths_.push_back(path.empty() ? name : path);
      if (path.empty()) others.push_back(name);
    }
    merge_strings(others);
    string_numbers_ = numbers_of(strings_);
    name_numbers_ = numbers_of(names_);
  }

  void merge_strings(std::vector<std::string_view>& others) {
    sort_and_unify(others);
    std::vector<std::string_view> all;
    all.reserve(strings_.size() + others.size());
    std::ranges::set_union(strings_, others, std::back_inserter(all));
    strings_ = std::move(all);
  }

  static NumbersByText numbers_of(const std::vector<std::string_view>& strings) {
    NumbersByText numbers;
    numbers.reserve(strings.size());
    for (const std::string_view string : strings) numbers.emplace(string, count(numbers));
    return numbers;
  }

  void gather_files() {
    for (const ManifestResult& result : results_) {
      std::vector<File>& files = files_of_results_.emplace_back();
      files.reserve(result.files.size());
      for (const ManifestFile& file : result.files) {
        files.emplace_back(string_numbers_.at(file.path), file.mark);
      }
      files_.insert(files_.end(), files.begin(), files.end());
    }
    sort_and_unify(files_);
  }

  void gather_groups() {
    std::map<Numbers, std::uint32_t> list_numbers;
    for (const ManifestResult& result : results_) {
      std::vector<Group>& groups = groups_of_results_.emplace_back();
      for (const AbsentGroup& group : result.absent) {
        Numbers names;
        names.reserve(group.names.size());
        for (const std::string& name : group.names) names.push_back(name_numbers_.at(name));
        sort_and_unify(names);
        const auto [list, is_new] = list_numbers.try_emplace(names, count(lists_));
        if (is_new) lists_.push_back({.names = names, .mark = mark_of(names)});
        groups.emplace_back(string_numbers_.at(group.directory), list->second);
      }
      groups_.insert(groups_.end(), groups.begin(), groups.end());
    }
    sort_and_unify(groups_);
  }

  /// Tells lists of names apart.
  [[nodiscard]] std::uint64_t mark_of(const Numbers& names) const {
    util::ByteBuffer fields;
    for (const std::uint32_t name : names) util::append_field(fields, names_[name]);
    return util::load<std::uint64_t>(util::blake3(fields).bytes, 0) | 1;
  }

  void write_strings(util::ByteBuffer& bytes, Counts& counts) const {
    std::string text;
    std::string_view before;
    for (const std::string_view string : strings_) {
      const auto common = std::ranges::mismatch(before, string).in1 - before.begin();
      util::append_varint(bytes, static_cast<std::uint32_t>(common));
      text.append(string.substr(static_cast<std::size_t>(common))).push_back('\0');
      counts.string_bytes += static_cast<std::uint32_t>(string.size() + 1);
      before = string;
    }
    util::append(bytes, util::as_bytes(text));
    counts.text_bytes = count(text);
  }

  void write_names(util::ByteBuffer& bytes) const {
    std::uint32_t before = 0;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const std::uint32_t string = string_numbers_.at(name_paths_[i]);
      util::append_varint(bytes, util::zigzag(before, string));
      util::append_varint(bytes,
                          static_cast<std::uint32_t>(name_paths_[i].size() - names_[i].size()));
      before = string;
    }
  }

  void write_files(util::ByteBuffer& bytes) const {
    std::uint32_t before = 0;
    for (const auto& [path, mark] : files_) {
      util::append_varint(bytes, path - std::exchange(before, path));
    }
  }

  void write_groups(util::ByteBuffer& bytes) const {
    for (const List& list : lists_) write_ascending(bytes, list.names);
    std::uint32_t before = 0;
    for (const auto& [directory, list] : groups_) {
      util::append_varint(bytes, directory - std::exchange(before, directory));
      util::append_varint(bytes, list);
    }
  }

  void write_results(util::ByteBuffer& bytes) const {
    for (std::size_t i = 0; i < results_.size(); ++i) {
      write_ascending(bytes, numbers_among(files_, files_of_results_[i]));
      write_ascending(bytes, numbers_among(groups_, groups_of_results_[i]));
      util::append_varint(bytes, results_[i].compile_ms);
    }
  }

  /// Where values are among those that are sorted, in order.
  template <typename T>
  static Numbers numbers_among(const std::vector<T>& sorted, const std::vector<T>& values) {
    Numbers numbers;
    numbers.reserve(values.size());
    for (const T& value : values) {
      numbers.push_back(
          static_cast<std::uint32_t>(std::ranges::lower_bound(sorted, value) - sorted.begin()));
    }
    sort_and_unify(numbers);
    return numbers;
  }

  static void write_ascending(util::ByteBuffer& bytes, const Numbers& numbers) {
    util::append_varint(bytes, count(numbers));
    std::uint32_t next = 0;
    for (const std::uint32_t number : numbers) {
      util::append_varint(bytes, number - next);
      next = number + 1;
    }
  }

  void write_digests(util::ByteBuffer& bytes) const {
    for (const ManifestResult& result : results_) {
      util::append(bytes, util::ByteSpan(result.key.bytes));
    }
    for (const ManifestResult& result : results_) {
      util::append(bytes, util::ByteSpan(result.files_digest.bytes));
    }
    for (const List& list : lists_) util::append(bytes, list.mark);
    for (const auto& [path, mark] : files_) util::append(bytes, mark);
  }

  std::span<const ManifestResult> results_;
  std::vector<std::string_view> strings_;  // Sorted, as names_, files_ and groups_ are.
  std::vector<std::string_view> names_;
  std::vector<std::string_view> name_paths_;  // The string that each name is the end of.
  std::vector<File> files_;
  std::vector<List> lists_;
  std::vector<Group> groups_;
  NumbersByText string_numbers_;
  NumbersByText name_numbers_;
  std::vector<std::vector<File>> files_of_results_;
  std::vector<std::vector<Group>> groups_of_results_;
};

}  // namespace

util::ByteBuffer encode_manifest(std::span<const ManifestResult> results) {
  return ManifestWriter(results.first(std::min(results.size(), kMaxResults))).write();
}

}  // namespace larder::compile
