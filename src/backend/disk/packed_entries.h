#pragma once

#include "backend/disk/entry_format.h"

namespace larder::disk {

/// The `packed` layout: an entry is one file, its pack (store/pack.h). Thread-safe.
class PackedEntries final : public EntryFormat {
 public:
  explicit PackedEntries(const Options& options) : options_(options) {}

  [[nodiscard]] Temporary::Kind kind() const noexcept override { return Temporary::Kind::file; }
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
  /// Makes what was written durable where that is asked for; gives what `length` bytes occupy.
  [[nodiscard]] Result<std::uint64_t> finish(const Temporary& temporary,
                                             std::uint64_t length) const;

  Options options_;
};

}  // namespace larder::disk
