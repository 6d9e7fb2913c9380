#include "store/namespace_path.h"

#include "util/assert.h"
#include "util/try.h"

namespace larder::store {

Result<NamespacePath> NamespacePath::child(const Name& component) const {
  NamespacePath path = *this;
  if (!path.is_root()) path.text_ += '/';
  path.text_ += component.text();
  if (path.text_.size() > kMaxBytes) {
    return fail(ErrorCode::invalid_argument,
                "namespace path of " + std::to_string(path.text_.size()) + " bytes: at most " +
                    std::to_string(kMaxBytes) + " are allowed");
  }
  return path;
}

Result<NamespacePath> NamespacePath::parse(std::string_view text) {
  NamespacePath path;
  if (text.empty()) return path;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find('/', begin), text.size());
    LARDER_TRY(const Name component, Name::parse(text.substr(begin, end - begin)));
    LARDER_TRY(path, path.child(component));
    begin = end + 1;
  }
  return path;
}

std::vector<std::string_view> NamespacePath::components() const {
  std::vector<std::string_view> parts;
  std::string_view rest = text_;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    parts.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return parts;
}

bool NamespacePath::is_within(const NamespacePath& ancestor) const noexcept {
  if (ancestor.is_root()) return true;
  if (!text_.starts_with(ancestor.text_)) return false;
  return text_.size() == ancestor.text_.size() || text_[ancestor.text_.size()] == '/';
}

std::string_view NamespacePath::relative_to(const NamespacePath& ancestor) const noexcept {
  LARDER_ASSERT(is_within(ancestor));
  std::string_view rest = text_;
  if (ancestor.is_root()) return rest;
  rest.remove_prefix(ancestor.text_.size());
  if (!rest.empty()) rest.remove_prefix(1);
  return rest;
}

}  // namespace larder::store
