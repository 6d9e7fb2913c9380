// usage: disk_worker DIR packed|directory MAX_BYTES COMMAND ARGUMENT...
//
// One process of the tests that need several, or that kill one. MAX_BYTES 0 is no limit.
// Keys and names are short texts. Exit status: 0 done, 1 what was checked is not so, 3 error.
//
//   put KEY NAME VALUE          put-entry KEY NAME VALUE [NAME VALUE]...
//   remove KEY                  clean MAX_BYTES
//   check KEY NAME OLD NEW      the blob is OLD, NEW or absent; after a repair the counts are right
//   tidy                        no temporary is left
//   churn SEED CALLS            puts and replaces, few keys, so that limits evict
//   mix SEED CALLS              puts, gets, removes and cleans; no read may be torn

#include "backend/disk/layout.h"
#include "support/data.h"
#include <larder/larder.h>

#include <filesystem>
#include <iostream>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <cstdint>
#include <cstdlib>

namespace {

using larder::BlobSource;
using larder::Key;
using larder::NamedSource;
using larder::Store;
using larder::support::key_of;
using larder::support::name_of;
using larder::support::text_of;
using Arguments = std::span<const std::string>;

constexpr int kWrong = 1;
constexpr int kFailed = 3;
constexpr unsigned kKeys = 40;

template <typename T>
void check(const larder::Result<T>& result) {
  if (result) return;
  std::cerr << larder::to_string(result.error().code()) << ": " << result.error().message() << '\n';
  std::exit(kFailed);
}

template <typename T>
T checked(larder::Result<T> result) {
  check(result);
  return *std::move(result);
}

[[noreturn]] void wrong(const std::string& what) {
  std::cerr << "wrong: " << what << '\n';
  std::exit(kWrong);
}

void put_entry(Store& store, const std::string& key, Arguments names_and_values) {
  std::vector<NamedSource> blobs;
  for (std::size_t i = 0; i + 1 < names_and_values.size(); i += 2) {
    blobs.push_back({name_of(names_and_values[i]), BlobSource::from_text(names_and_values[i + 1])});
  }
  check(store.put_entry(key_of(key), blobs));
}

/// A blob that tells a mixture of two: its whole text follows from the number in it.
std::string text_of_generation(std::uint64_t generation) {
  const std::string line = std::to_string(generation) + '\n';
  std::string text;
  const std::size_t lines = 1 + generation % 4000;
  text.reserve(lines * line.size());
  for (std::size_t i = 0; i < lines; ++i) text += line;
  return text;
}

std::uint64_t generation_of(const larder::Blob& blob) {
  const std::string text = text_of(checked(blob.read()));
  const std::uint64_t generation = std::strtoull(text.c_str(), nullptr, 10);
  if (text != text_of_generation(generation)) wrong("torn blob");
  return generation;
}

/// Random calls on a few keys. Even keys are put as entries of two equal blobs, odd ones blob by
/// blob.
class Calls {
 public:
  Calls(Store& store, std::uint64_t seed) : store_(store), random_(seed) {}

  void put() {
    const unsigned key = below(kKeys);
    const std::string text = text_of_generation(random_() >> 16);
    const auto source = BlobSource::from_text(text);
    if (key % 2 != 0) {
      check(store_.put(name_of_key(key), name_of(below(2) == 0 ? "one" : "two"), source));
      return;
    }
    const NamedSource blobs[] = {{name_of("one"), source}, {name_of("two"), source}};
    check(store_.put_entry(name_of_key(key), blobs));
  }

  void get() {
    const unsigned key = below(kKeys);
    if (key % 2 != 0) {
      const auto blob = checked(store_.get(name_of_key(key), name_of("one")));
      if (blob) (void)generation_of(*blob);
      return;
    }
    const auto entry = checked(store_.get_entry(name_of_key(key)));
    if (!entry) return;
    if (entry->blobs.size() != 2) wrong("entry of a part of its blobs");
    if (generation_of(entry->blobs[0].blob) != generation_of(entry->blobs[1].blob)) {
      wrong("entry of two generations");
    }
  }

  void remove() { check(store_.remove(name_of_key(below(kKeys)))); }
  void clean() { check(store_.clean({.max_bytes = below(40) * 4096})); }

  void any() {
    const unsigned which = below(100);
    if (which < 40) return put();
    if (which < 93) return get();
    if (which < 98) return remove();
    clean();
  }

 private:
  unsigned below(unsigned end) { return static_cast<unsigned>(random_() % end); }
  static Key name_of_key(unsigned key) {
    return key_of(std::string(1, static_cast<char>('A' + key)));
  }

  Store& store_;
  std::mt19937_64 random_;
};

void check_counts(Store& store) {
  larder::StoreStats walked;
  check(store.entries([&](const larder::EntryInfo& info) {
    ++walked.entries;
    walked.bytes += info.bytes;
    return true;
  }));
  const auto counted = checked(store.stats());
  if (counted == walked) return;
  wrong("counted " + std::to_string(counted.entries) + " entries of " +
        std::to_string(counted.bytes) + " bytes, there are " + std::to_string(walked.entries) +
        " of " + std::to_string(walked.bytes));
}

void check_blob(Store& store, Arguments arguments) {
  const auto blob = checked(store.get(key_of(arguments[0]), name_of(arguments[1])));
  if (blob) {
    const std::string value = text_of(checked(blob->read()));
    if (value != arguments[2] && value != arguments[3]) wrong("blob is " + value);
  }
  check(store.verify({.repair = true}));
  check_counts(store);
  if (checked(store.verify({})).findings != 0) wrong("findings after a repair");
}

void check_tidy(const std::string& dir) {
  const std::string tmp = dir + "/.larder/tmp";
  if (!std::filesystem::exists(tmp)) return;
  for (const auto& left : std::filesystem::recursive_directory_iterator(tmp)) {
    const bool is_shards =
        larder::disk::layout::parse_shard(left.path().filename().string()).has_value();
    if (!is_shards) wrong("left behind " + left.path().string());
  }
}

void run(Store& store, const std::string& command, Arguments arguments) {
  if (command == "put") {
    check(store.put(key_of(arguments[0]), name_of(arguments[1]),
                    BlobSource::from_text(arguments[2])));
  } else if (command == "put-entry") {
    put_entry(store, arguments[0], arguments.subspan(1));
  } else if (command == "remove") {
    check(store.remove(key_of(arguments[0])));
  } else if (command == "clean") {
    check(store.clean({.max_bytes = std::stoull(arguments[0])}));
  } else if (command == "check") {
    check_blob(store, arguments);
  } else if (command == "tidy") {
    check_tidy(store.dir());
  } else {
    Calls calls(store, std::stoull(arguments[0]));
    for (auto left = std::stoull(arguments[1]); left > 0; --left) {
      command == "mix" ? calls.any() : calls.put();
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const std::uint64_t max_bytes = std::stoull(words.at(2));
  const auto store = checked(larder::open_disk_store(
      {.dir = words.at(0),
       .max_bytes = max_bytes == 0 ? std::nullopt : std::optional(max_bytes),
       .layout =
           words.at(1) == "packed" ? larder::DiskLayout::packed : larder::DiskLayout::directory}));
  run(*store, words.at(3), Arguments(words).subspan(4));
  return 0;
}
