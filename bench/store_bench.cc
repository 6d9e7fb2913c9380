// usage: store_bench DIR [ENTRIES [packed|directory [BYTES]]]
//
// Fills a store in DIR, which must not exist, with ENTRIES (10,000) entries of five blobs, BYTES
// (8,000) in the largest, and prints what a call then costs, warm, in one process;
// doc/performance.md.

#include "backend/disk/disk_backend.h"
#include "store/view.h"
#include "sys/clock.h"
#include "util/hash.h"
#include <larder/larder.h>

#include <array>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

using larder::BlobSource;
using larder::Key;
using larder::Name;
using larder::NamedSource;
using larder::Store;
using Clock = std::chrono::steady_clock;

template <typename T>
T checked(larder::Result<T> result) {
  if (!result) {
    (void)std::fprintf(stderr, "store_bench: %s\n", result.error().message().c_str());
    std::exit(1);
  }
  return *std::move(result);
}

void check(const larder::Result<void>& result) {
  if (!result) checked(larder::Result<int>(larder::fail(result.error())));
}

/// Keys as the compiler cache has them: 32 bytes of a hash.
Key key_of(std::uint64_t number) {
  return checked(Key::from_bytes(larder::util::Blake3().field(number).finish().bytes));
}

/// The blobs of a small compile's result.
class Blobs {
 public:
  explicit Blobs(std::size_t object_bytes) : object_(object_bytes, '\0') {
    std::mt19937_64 random(1);
    for (char& c : object_) c = static_cast<char>(random());
    add("exit_code", "0");
    add("metadata", R"({"compiler":"g++","duration":0.25,"command":"g++ -c a.cc"})");
    add("output", object_);
    add("stderr", "");
    add("stdout", "");
  }

  [[nodiscard]] const std::vector<NamedSource>& all() const { return blobs_; }

 private:
  void add(std::string_view name, std::string_view text) {
    blobs_.push_back({checked(Name::parse(name)), BlobSource::from_text(text)});
  }

  std::string object_;
  std::vector<NamedSource> blobs_;
};

/// Prints what a call takes on average: wall time, and this process's time on a processor.
void measure(const char* what, std::uint64_t calls,
             const std::function<void(std::uint64_t)>& call) {
  const auto begin = Clock::now();
  const std::clock_t cpu_begin = std::clock();
  for (std::uint64_t i = 0; i < calls; ++i) call(i);
  const std::clock_t cpu_end = std::clock();
  const std::chrono::duration<double, std::micro> wall = Clock::now() - begin;
  const double cpu = 1e6 * static_cast<double>(cpu_end - cpu_begin) / CLOCKS_PER_SEC;
  const auto count = static_cast<double>(calls);
  std::printf("%-34s %9.0f calls %12.2f us wall %12.2f us cpu\n", what, count, wall.count() / count,
              cpu / count);
}

std::unique_ptr<Store> open_store(const std::string& dir, larder::DiskLayout layout,
                                  std::optional<std::uint64_t> max_bytes = {}) {
  return checked(larder::open_disk_store({.dir = dir, .max_bytes = max_bytes, .layout = layout}));
}

void run(const std::string& dir, larder::DiskLayout layout, std::uint64_t entries,
         std::size_t object_bytes) {
  const Blobs blobs(object_bytes);
  const Name output = checked(Name::parse("output"));
  const std::uint64_t calls = std::min<std::uint64_t>(entries, 20'000);
  // A stride that visits entries far apart.
  const auto some = [&](std::uint64_t i) { return key_of(i * 7919 % entries); };

  auto store = open_store(dir, layout);
  measure("put_entry, new", entries,
          [&](std::uint64_t i) { check(store->put_entry(key_of(i), blobs.all())); });
  measure("put_entry, replacing", calls,
          [&](std::uint64_t i) { check(store->put_entry(some(i), blobs.all())); });
  measure("put of one blob", calls, [&](std::uint64_t i) {
    check(store->put(some(i), output, BlobSource::from_text("replaced")));
  });
  measure("get, with its bytes", calls,
          [&](std::uint64_t i) { (void)checked(checked(store->get(some(i), output))->read()); });
  measure("get_entry", calls, [&](std::uint64_t i) { (void)checked(store->get_entry(some(i))); });
  measure("get, missing", calls,
          [&](std::uint64_t i) { (void)checked(store->get(key_of(~i), output)); });
  measure("has", calls, [&](std::uint64_t i) { (void)checked(store->has(some(i))); });
  measure("stats", 1000, [&](std::uint64_t) { (void)checked(store->stats()); });
  measure("open, get, close", 1000,
          [&](std::uint64_t i) { (void)checked(open_store(dir, layout)->get(some(i), output)); });
  measure("open, stats, close", 1000,
          [&](std::uint64_t) { (void)checked(open_store(dir, layout)->stats()); });
  measure("clean to half, dry run", 1, [&](std::uint64_t) {
    const auto half = checked(store->stats()).bytes / 2;
    (void)checked(store->clean({.max_bytes = half, .dry_run = true}));
  });
  store = open_store(dir, layout, checked(store->stats()).bytes);
  measure("put_entry, new, at the limit", calls,
          [&](std::uint64_t i) { check(store->put_entry(key_of(entries + i), blobs.all())); });
  const auto left = checked(store->stats());
  std::printf("left: %llu entries, %llu bytes\n", static_cast<unsigned long long>(left.entries),
              static_cast<unsigned long long>(left.bytes));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    (void)std::fprintf(stderr, "usage: store_bench DIR [ENTRIES [packed|directory [BYTES]]]\n");
    return 2;
  }
  const std::uint64_t entries = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 10'000;
  const bool is_directory = argc > 3 && std::string_view(argv[3]) == "directory";
  const std::size_t object_bytes = argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 8000;
  run(argv[1], is_directory ? larder::DiskLayout::directory : larder::DiskLayout::packed, entries,
      object_bytes);
  return 0;
}
