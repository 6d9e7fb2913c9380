#include "backend/memory/memory_backend.h"
#include "conformance/conformance.h"
#include "store/view.h"
#include "support/data.h"

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <chrono>

/// Random sequences of calls give on every store what they give on the memory backend, survivors of
/// limits and their order of last use included.
namespace larder::conformance {
namespace {

using support::key_of;
using support::name_of;

enum class Call { put, put_entry, get, get_entry, has, remove, clean, advance, reopen };

constexpr std::array kCallNames = {"put",    "put_entry", "get",     "get_entry", "has",
                                   "remove", "clean",     "advance", "reopen"};

// Namespaces that could be taken for one another or for parts of the layout.
constexpr std::array<std::string_view, 5> kNamespaces = {"", "a", "a/ab", "ab", "ab/a"};
constexpr std::array<std::string_view, 6> kKeys = {"a", "b", "\xab", "\xab\xab", "ab", "c"};
constexpr std::array<std::string_view, 3> kNames = {"output", "stderr", "stdout"};

/// One call with all that any kind of call may need, each number taken modulo what there is.
struct Step {
  Call call = Call::put;
  unsigned ns = 0;
  unsigned key = 0;
  unsigned name = 0;
  unsigned bytes = 0;   // of a blob
  unsigned blocks = 0;  // to clean to, 0 for no size
  unsigned hours = 0;   // to advance by, or the age to clean by, 0 for none
  bool dry_run = false;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << kCallNames[static_cast<std::size_t>(step.call)] << "(ns " << step.ns << ", key "
             << step.key << ", name " << step.name << ", bytes " << step.bytes << ", blocks "
             << step.blocks << ", hours " << step.hours << (step.dry_run ? ", dry)" : ")");
}

rc::Gen<Step> any_step() {
  const auto below = [](unsigned end) { return rc::gen::inRange(0U, end); };
  return rc::gen::build<Step>(
      rc::gen::set(&Step::call, rc::gen::weightedElement<Call>({{8, Call::put},
                                                                {6, Call::put_entry},
                                                                {4, Call::get},
                                                                {3, Call::get_entry},
                                                                {2, Call::has},
                                                                {2, Call::remove},
                                                                {2, Call::clean},
                                                                {1, Call::advance},
                                                                {1, Call::reopen}})),
      rc::gen::set(&Step::ns, below(kNamespaces.size())),
      rc::gen::set(&Step::key, below(kKeys.size())),
      rc::gen::set(&Step::name, below(kNames.size())),
      // Raw in every mode of compression, and past the block at which sizes step.
      rc::gen::set(&Step::bytes, below(4096)), rc::gen::set(&Step::blocks, below(20)),
      rc::gen::set(&Step::hours, below(4)), rc::gen::set(&Step::dry_run));
}

/// The limit of each namespace in blocks of 4 KiB; 0 is none.
using Limits = std::array<unsigned, kNamespaces.size()>;

rc::Gen<Limits> any_limits() {
  return rc::gen::container<Limits>(
      rc::gen::weightedOneOf<unsigned>({{2, rc::gen::just(0U)}, {1, rc::gen::inRange(1U, 30U)}}));
}

std::optional<std::uint64_t> bytes_of_blocks(unsigned blocks) {
  return blocks == 0 ? std::nullopt : std::optional(std::uint64_t{blocks} * 4096);
}

/// A store with its views, and what calls on it gave.
class Player {
 public:
  Player(Store& root, const Limits& limits) : limits_(limits) { open(root); }

  void open(Store& root) {
    views_.clear();
    root_ = &root;
    for (std::size_t i = 1; i < kNamespaces.size(); ++i) {
      const std::string_view path = kNamespaces[i];
      const auto slash = path.find('/');
      Store& parent = slash == std::string_view::npos ? root : view(path.substr(0, slash));
      views_.push_back(
          in_namespace(parent, path.substr(slash + 1), {.max_bytes = bytes_of_blocks(limits_[i])}));
    }
  }

  /// Makes the call and spells out what it gave.
  std::string play(const Step& step) {
    Store& store = view(kNamespaces[step.ns]);
    const Key key = key_of(kKeys[step.key]);
    const Name name = name_of(kNames[step.name]);
    switch (step.call) {
      case Call::put:
        return spell(store.put(key, name, BlobSource::from_text(value_of(step, 0))));
      case Call::put_entry:
        return put_entry(store, key, step);
      case Call::get:
        return get(store, kKeys[step.key], name.text()).value_or("nothing");
      case Call::get_entry:
        return rc::toString(conformance::get_entry(store, kKeys[step.key]));
      case Call::has:
        return has(store, kKeys[step.key]) ? "yes" : "no";
      case Call::remove:
        return spell(store.remove(key));
      case Call::clean:
        return clean(store, step);
      case Call::advance:
      case Call::reopen:
        break;
    }
    return {};
  }

  /// Gets the entry that the call is about.
  std::string use(Step step) {
    step.call = Call::get_entry;
    return play(step);
  }

  /// Every entry with its size, the least recently used first, and the totals of every namespace.
  std::string survey() {
    std::vector<EntryInfo> infos;
    EXPECT_TRUE(root_->entries([&infos](const EntryInfo& info) {
      infos.push_back(info);
      return true;
    }));
    std::ranges::sort(infos, {}, &EntryInfo::last_use);
    std::string text;
    for (const EntryInfo& info : infos) {
      text += info.ns + ':' + info.key.hex() + ' ' + std::to_string(info.bytes) + '\n';
    }
    for (const std::string_view ns : kNamespaces) text += spell(stats(view(ns))) + '\n';
    return text;
  }

 private:
  Store& view(std::string_view path) {
    const auto at = std::ranges::find(kNamespaces, path) - kNamespaces.begin();
    return at == 0 ? *root_ : *views_[static_cast<std::size_t>(at - 1)];
  }

  static std::string value_of(const Step& step, unsigned blob) {
    return noise_text(step.bytes, step.bytes + blob);
  }

  static std::string put_entry(Store& store, const Key& key, const Step& step) {
    std::vector<std::string> values;
    std::vector<NamedSource> sources;
    for (unsigned i = 0; i <= step.name; ++i) values.push_back(value_of(step, i));
    for (unsigned i = 0; i <= step.name; ++i) {
      sources.push_back({name_of(kNames[i]), BlobSource::from_text(values[i])});
    }
    return spell(store.put_entry(key, sources));
  }

  static std::string clean(Store& store, const Step& step) {
    CleanOptions options;
    options.max_bytes = bytes_of_blocks(step.blocks);
    if (step.hours != 0) options.max_age = std::chrono::hours(step.hours);
    options.dry_run = step.dry_run;
    const CleanReport report = conformance::clean(store, options);
    return "removed " + spell(report.removed) + ", kept " + spell(report.kept);
  }

  static std::string spell(const Result<void>& result) {
    return result ? "done" : std::string(to_string(result.error().code()));
  }
  static std::string spell(const StoreStats& stats) {
    return std::to_string(stats.entries) + " entries, " + std::to_string(stats.bytes) + " bytes";
  }

  const Limits& limits_;
  Store* root_ = nullptr;
  std::vector<std::unique_ptr<Store>> views_;
};

TEST_P(StoreConformance, AgreesWithTheModel) {
  rc::detail::checkGTest([this] {
    const Limits limits = *any_limits();
    const auto steps = *rc::gen::container<std::vector<Step>>(any_step());
    remake({.max_bytes = bytes_of_blocks(limits[0])});
    const auto model = store::make_store(
        memory::make_backend({}, clock(), GetParam().occupied_bytes), bytes_of_blocks(limits[0]));
    Player tested(store(), limits);
    Player expected(*model, limits);

    for (const Step& step : steps) {
      if (step.call == Call::advance) clock().advance(std::chrono::hours(step.hours));
      if (step.call == Call::reopen) {
        (void)reopen();  // where it ends when it is closed, it was not
        tested.open(store());
      }
      const std::string outcome = tested.play(step);
      RC_ASSERT(outcome == expected.play(step));
      // Whether a put that is refused has used the entry that it was for, is left to each store.
      if (step.call == Call::put && outcome != "done")
        RC_ASSERT(tested.use(step) == expected.use(step));
      RC_ASSERT(tested.survey() == expected.survey());
    }
  });
}

}  // namespace
}  // namespace larder::conformance
