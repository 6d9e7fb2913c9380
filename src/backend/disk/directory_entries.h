#pragma once

#include "backend/disk/entry_format.h"
#include "backend/disk/entry_index.h"

namespace larder::disk {

/// The `directory` layout: an entry is a directory of one plain file for each blob and `.entry`
/// (entry_index.h), never changed once it is in place. Thread-safe.
class DirectoryEntries final : public EntryFormat {
 public:
  explicit DirectoryEntries(const Options& options) : options_(options) {}

  [[nodiscard]] Temporary::Kind kind() const noexcept override {
    return Temporary::Kind::directory;
  }
  [[nodiscard]] Result<std::optional<ReadEntry>> read(OpenObject object,
                                                      const store::Address& address,
                                                      const ReadOptions& options) const override;
  [[nodiscard]] Result<std::optional<store::Pack::State>> verify(
      OpenObject object, const store::Address& address) const override;
  [[nodiscard]] Result<std::uint64_t> write(const Temporary& temporary,
                                            const store::Address& address,
                                            std::span<const NamedSource> blobs) const override;
  [[nodiscard]] Result<std::uint64_t> write_pack(
      const Temporary& temporary, const store::Address& address,
      std::shared_ptr<const store::PackBytes> bytes) const override;
  [[nodiscard]] Result<std::optional<std::uint64_t>> rewrite(const Temporary& temporary,
                                                             const store::Address& address,
                                                             const NamedSource& blob,
                                                             OpenObject base) const override;
  [[nodiscard]] Result<std::optional<std::uint64_t>> measure(
      int dir, const std::string& name, const struct stat& status) const override;

 private:
  [[nodiscard]] Result<IndexRecord> write_blob(int dir, const NamedSource& blob) const;
  [[nodiscard]] Result<bool> keep_blob(int from, int to, const IndexRecord& record) const;
  [[nodiscard]] Result<std::uint64_t> finish(int dir, EntryIndex index) const;

  Options options_;
};

}  // namespace larder::disk
