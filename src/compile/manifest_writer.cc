#include "compile/manifest.h"
#include "compile/manifest_layout.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace larder::compile {

using namespace manifest_layout;

namespace {

/// Tells lists of names apart.
std::uint64_t mark_of(const std::vector<std::string>& names) {
  util::Blake3 hasher;
  for (const std::string& name : names) hasher.field(name);
  return util::load<std::uint64_t>(hasher.finish().bytes, 0) | 1;
}

/// Gathers the sections of a manifest, each distinct string and file once.
class ManifestWriter {
 public:
  void add(const ManifestResult& result) {
    const std::uint32_t first_index = index_count_;
    std::vector<std::uint32_t> numbers;
    numbers.reserve(result.files.size());
    for (const InputFile& file : result.files) numbers.push_back(file_number(file));
    append_indices(numbers);
    const std::uint32_t first_group = group_count_;
    for (const AbsentGroup& group : result.absent) add_group(group);
    util::append(results_, util::ByteSpan(result.key.bytes));
    for (const std::uint32_t field :
         {first_index, static_cast<std::uint32_t>(result.files.size()), first_group,
          group_count_ - first_group, result.compile_ms, std::uint32_t{0}}) {
      util::append(results_, field);
    }
    ++result_count_;
  }

  [[nodiscard]] util::ByteBuffer finish() const {
    util::ByteBuffer bytes;
    bytes.reserve(kHeaderBytes + string_table_.size() + files_.size() + results_.size() +
                  groups_.size() + indices_.size() + text_.size() + digests_.size());
    util::append(bytes, util::ByteSpan(kMagic));
    for (const std::uint32_t field :
         {kVersion, static_cast<std::uint32_t>(strings_.size()),
          static_cast<std::uint32_t>(file_numbers_.size()), result_count_, group_count_,
          index_count_, static_cast<std::uint32_t>(text_.size())}) {
      util::append(bytes, field);
    }
    for (const auto* section : {&string_table_, &files_, &results_, &groups_, &indices_}) {
      util::append(bytes, util::ByteSpan(*section));
    }
    util::append(bytes, util::as_bytes(text_));
    util::append(bytes, util::ByteSpan(digests_));
    return bytes;
  }

 private:
  std::uint32_t string_number(std::string_view text) {
    const auto known = strings_.find(text);
    if (known != strings_.end()) return known->second;
    const auto number = static_cast<std::uint32_t>(strings_.size());
    util::append(string_table_, static_cast<std::uint32_t>(text_.size()));
    text_.append(text).push_back('\0');
    strings_.emplace(text, number);
    return number;
  }

  std::uint32_t file_number(const InputFile& file) {
    const std::uint32_t path = string_number(file.path);
    const auto [place, is_new] = file_numbers_.try_emplace(
        std::pair(path, file.digest), static_cast<std::uint32_t>(file_numbers_.size()));
    if (is_new) {
      util::append(files_, path);
      util::append(digests_, util::ByteSpan(file.digest.bytes));
    }
    return place->second;
  }

  void add_group(const AbsentGroup& group) {
    std::vector<std::uint32_t> names;
    names.reserve(group.names.size());
    for (const std::string& name : group.names) names.push_back(string_number(name));
    util::append(groups_, string_number(group.directory));
    // Results of one manifest mostly looked for the same names: write each list of them once.
    const auto [place, is_new] = name_lists_.try_emplace(names, index_count_);
    if (is_new) append_indices(names);
    util::append(groups_, place->second);
    util::append(groups_, static_cast<std::uint32_t>(names.size()));
    util::append(groups_, std::uint32_t{0});
    util::append(groups_, mark_of(group.names));
    ++group_count_;
  }

  void append_indices(std::span<const std::uint32_t> numbers) {
    util::append(indices_, std::as_bytes(numbers));
    index_count_ += static_cast<std::uint32_t>(numbers.size());
  }

  std::map<std::string, std::uint32_t, std::less<>> strings_;
  std::map<std::pair<std::uint32_t, util::Digest>, std::uint32_t> file_numbers_;
  std::map<std::vector<std::uint32_t>, std::uint32_t> name_lists_;
  util::ByteBuffer string_table_;
  util::ByteBuffer files_;
  util::ByteBuffer results_;
  util::ByteBuffer groups_;
  util::ByteBuffer indices_;
  std::string text_;
  util::ByteBuffer digests_;
  std::uint32_t result_count_ = 0;
  std::uint32_t group_count_ = 0;
  std::uint32_t index_count_ = 0;
};

}  // namespace

util::ByteBuffer encode_manifest(std::span<const ManifestResult> results) {
  ManifestWriter writer;
  for (const auto& result : results.first(std::min(results.size(), kMaxResults))) {
    writer.add(result);
  }
  return writer.finish();
}

std::size_t digests_begin(util::ByteSpan manifest) {
  return manifest.size() - util::load<std::uint32_t>(manifest, 16) * kDigestBytes;
}

}  // namespace larder::compile
