#include "compile/manifest.h"

#include "compile/manifest_layout.h"
#include "util/varint.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <cstring>

namespace larder::compile {

using namespace manifest_layout;

/// Decodes the sections in their order. Used once.
class ManifestDecoder {
 public:
  Result<Manifest> decode(util::ByteSpan bytes) {
    read_header(bytes);
    if (is_sound()) read_strings();
    if (is_sound()) read_names();
    if (is_sound()) read_files();
    if (is_sound()) read_groups();
    if (is_sound()) read_results();
    if (is_sound() && !varints_.rest().empty()) refuse("its lengths do not add up");
    if (!is_sound()) return fail(ErrorCode::corrupt, std::string("read a manifest: ") + why_);
    return std::move(manifest_);
  }

 private:
  [[nodiscard]] bool is_sound() {
    if (!varints_.is_sound()) refuse("it is cut off");
    return why_ == nullptr;
  }

  void refuse(const char* why) {
    if (why_ == nullptr) why_ = why;
  }

  void read_header(util::ByteSpan bytes) {
    if (bytes.size() < kHeaderBytes || !std::ranges::equal(bytes.first(kMagic.size()), kMagic)) {
      return refuse("it does not begin as one");
    }
    if (util::load<std::uint32_t>(bytes, kMagic.size()) != kVersion) {
      return refuse("it is of another version");
    }
    std::memcpy(&counts_, bytes.data() + kCountsOffset, sizeof counts_);
    // Whatever is counted takes a byte at least, which bounds what is allocated.
    for (const std::uint32_t count : {counts_.strings, counts_.names, counts_.files, counts_.lists,
                                      counts_.groups, counts_.results}) {
      if (count > bytes.size()) return refuse("it counts more than it holds");
    }
    const util::ByteSpan rest = bytes.subspan(kHeaderBytes);
    const std::size_t digests = counts_.digests_bytes();
    if (digests + counts_.text_bytes > rest.size() || counts_.string_bytes > kMaxStringBytes) {
      return refuse("it counts more than it holds");
    }
    digests_ = rest.last(digests);
    varints_ = util::VarintReader(rest.first(rest.size() - digests));
    manifest_.numbers_.reserve(rest.size() - digests - counts_.text_bytes);
  }

  void read_strings() {
    std::vector<std::uint32_t> prefixes(counts_.strings);
    for (std::uint32_t& prefix : prefixes) prefix = varints_.next();
    std::string_view text = util::as_text(varints_.take(counts_.text_bytes));
    if (!is_sound()) return;

    manifest_.text_.resize(counts_.string_bytes);
    manifest_.strings_.reserve(counts_.strings);
    std::size_t end = 0;
    std::size_t before = 0;  // where the string before begins
    for (const std::uint32_t prefix : prefixes) {
      const std::size_t length = std::min(text.find('\0'), text.size());
      const bool has_prefix = prefix == 0 || prefix < end - before;
      if (length == text.size() || !has_prefix ||
          prefix + length + 1 > counts_.string_bytes - end) {
        return refuse("a string does not fit");
      }
      char* const string = manifest_.text_.data() + end;
      std::memcpy(string, manifest_.text_.data() + before, prefix);
      std::memcpy(string + prefix, text.data(), length + 1);
      text.remove_prefix(length + 1);
      manifest_.strings_.push_back(static_cast<std::uint32_t>(end));
      before = end;
      end += prefix + length + 1;
    }
    if (!text.empty() || end != counts_.string_bytes) refuse("its strings do not add up");
  }

  void read_names() {
    manifest_.names_.reserve(counts_.names);
    std::uint32_t string = 0;
    for (std::uint32_t i = 0; i < counts_.names; ++i) {
      string = util::from_zigzag(string, varints_.next());
      const std::uint32_t skipped = varints_.next();
      if (string >= counts_.strings || skipped >= size_of_string(string)) {
        return refuse("a name is no string's end");
      }
      manifest_.names_.push_back(manifest_.strings_[string] + skipped);
    }
  }

  /// With its NUL.
  [[nodiscard]] std::size_t size_of_string(std::uint32_t number) const {
    const bool is_last = number + 1 == manifest_.strings_.size();
    const std::size_t end = is_last ? manifest_.text_.size() : manifest_.strings_[number + 1];
    return end - manifest_.strings_[number];
  }

  void read_files() {
    manifest_.files_.reserve(counts_.files);
    const std::size_t marks = digests_.size() - std::size_t{counts_.files} * 4;
    std::uint32_t path = 0;
    for (std::uint32_t i = 0; i < counts_.files; ++i) {
      path += varints_.next();
      if (path >= counts_.strings) return refuse("a file has no path");
      manifest_.files_.push_back(
          {.path = path, .mark = util::load<std::uint32_t>(digests_, marks + std::size_t{i} * 4)});
    }
  }

  void read_groups() {
    manifest_.lists_.reserve(counts_.lists);
    const std::size_t marks = std::size_t{counts_.results} * 64;
    for (std::uint32_t i = 0; i < counts_.lists && is_sound(); ++i) {
      const Manifest::Range names = read_ascending(counts_.names);
      const auto mark = util::load<std::uint64_t>(digests_, marks + std::size_t{i} * 8);
      manifest_.lists_.push_back({.names = names, .mark = mark | 1});
    }
    manifest_.groups_.reserve(counts_.groups);
    std::uint32_t directory = 0;
    for (std::uint32_t i = 0; i < counts_.groups; ++i) {
      directory += varints_.next();
      const std::uint32_t list = varints_.next();
      if (directory >= counts_.strings || list >= counts_.lists) {
        return refuse("a directory has no names");
      }
      manifest_.groups_.push_back({.directory = directory, .list = list});
    }
  }

  void read_results() {
    const std::size_t files_digests = std::size_t{counts_.results} * 32;
    for (std::uint32_t i = 0; i < counts_.results && is_sound(); ++i) {
      Manifest::StoredResult& result = manifest_.results_.emplace_back();
      std::memcpy(result.key.bytes.data(), digests_.data() + std::size_t{i} * 32, 32);
      std::memcpy(result.files_digest.bytes.data(),
                  digests_.data() + files_digests + std::size_t{i} * 32, 32);
      result.files = read_ascending(counts_.files);
      result.groups = read_ascending(counts_.groups);
      result.compile_ms = varints_.next();
    }
  }

  /// Numbers below `limit`.
  Manifest::Range read_ascending(std::uint32_t limit) {
    const std::uint32_t count = varints_.next();
    const auto first = static_cast<std::uint32_t>(manifest_.numbers_.size());
    if (count > limit) refuse("it counts more than it holds");
    std::uint64_t next = 0;
    for (std::uint32_t i = 0; i < count && why_ == nullptr; ++i) {
      next += varints_.next();
      if (next >= limit) refuse("it refers to what it does not hold");
      manifest_.numbers_.push_back(static_cast<std::uint32_t>(next));
      ++next;
    }
    return {.first = first, .count = count};
  }

  Manifest manifest_;
  Counts counts_;
  util::ByteSpan digests_;
  util::VarintReader varints_ = util::VarintReader({});
  const char* why_ = nullptr;
};

std::uint32_t mark_of(const util::Digest& digest) noexcept {
  return util::load<std::uint32_t>(digest.bytes, 0);
}

util::Digest digest_of_all(std::span<const util::Digest> digests) noexcept {
  static_assert(sizeof(util::Digest) == util::Digest::kBytes);
  return util::blake3(std::as_bytes(digests));
}

void ManifestResult::set_files(std::vector<InputFile> inputs) {
  const auto place = [](const InputFile& file) {
    return std::pair(std::string_view(file.path), mark_of(file.digest));
  };
  std::ranges::sort(inputs, {}, place);
  const auto is_same = [&](const InputFile& one, const InputFile& other) {
    return place(one) == place(other);
  };
  inputs.erase(std::unique(inputs.begin(), inputs.end(), is_same), inputs.end());
  std::vector<util::Digest> digests;
  digests.reserve(inputs.size());
  files.clear();
  files.reserve(inputs.size());
  for (InputFile& file : inputs) {
    digests.push_back(file.digest);
    files.push_back({.path = std::move(file.path), .mark = mark_of(file.digest)});
  }
  files_digest = digest_of_all(digests);
}

std::size_t digests_begin(util::ByteSpan manifest) {
  Counts counts;
  std::memcpy(&counts, manifest.data() + kCountsOffset, sizeof counts);
  return manifest.size() - counts.digests_bytes();
}

Result<Manifest> Manifest::decode(util::ByteSpan bytes) { return ManifestDecoder().decode(bytes); }

Manifest::Group Manifest::group(std::uint32_t number) const noexcept {
  const List& list = lists_[groups_[number].list];
  return {.directory = groups_[number].directory, .names = numbers(list.names), .mark = list.mark};
}

std::vector<ManifestResult> Manifest::results() const {
  std::vector<ManifestResult> decoded;
  decoded.reserve(results_.size());
  for (const StoredResult& stored : results_) {
    ManifestResult& result = decoded.emplace_back();
    result.key = stored.key;
    result.files_digest = stored.files_digest;
    result.compile_ms = stored.compile_ms;
    for (const std::uint32_t number : numbers(stored.files)) {
      result.files.push_back({.path = string(files_[number].path), .mark = files_[number].mark});
    }
    for (const std::uint32_t number : numbers(stored.groups)) {
      const Group from = group(number);
      AbsentGroup& absent = result.absent.emplace_back();
      absent.directory = string(from.directory);
      for (const std::uint32_t i : from.names) absent.names.emplace_back(name(i));
    }
  }
  return decoded;
}

}  // namespace larder::compile
