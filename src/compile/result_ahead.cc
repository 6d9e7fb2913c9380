#include "compile/result_ahead.h"

#include "compile/description.h"
#include "store/blob_content.h"

#include <utility>

namespace larder::compile {
namespace {

/// Looking at fewer takes no longer than it takes a helper to begin.
constexpr std::size_t kHelpedFromFiles = 150;

}  // namespace

void ResultAhead::begin(const util::Digest& key, std::size_t files) {
  if (files < kHelpedFromFiles) return get(key);
  getting_ = helper_.begin([this, key] { get(key); });
}

void ResultAhead::get(const util::Digest& key) {
  auto entry = results_.get_entry(key_of(key));
  if (!entry || !*entry) return;
  entry_ = **std::move(entry);
  for (const Entry::Item& item : entry_->blobs) item.blob.content().read_ahead(helper_);
}

std::optional<Entry> ResultAhead::take() {
  (void)getting_.finish();
  return std::exchange(entry_, std::nullopt);
}

}  // namespace larder::compile
