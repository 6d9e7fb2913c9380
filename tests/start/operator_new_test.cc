// What a program has whose memory is src/start/operator_new.cc's. This one's is.

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <cstddef>
#include <cstdint>

namespace larder {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

/// Memory that knows its size, as the compiler does when it calls operator delete.
class Piece {
 public:
  explicit Piece(std::size_t bytes) : memory_(::operator new(bytes)), bytes_(bytes) {}
  Piece(Piece&& other) noexcept
      : memory_(std::exchange(other.memory_, nullptr)), bytes_(other.bytes_) {}
  Piece& operator=(Piece&&) = delete;
  ~Piece() { ::operator delete(memory_, bytes_); }

  [[nodiscard]] std::span<unsigned char> bytes() const {
    return {static_cast<unsigned char*>(memory_), bytes_};
  }
  [[nodiscard]] std::uintptr_t place() const { return std::bit_cast<std::uintptr_t>(memory_); }

 private:
  void* memory_;
  std::size_t bytes_;
};

void fill(const Piece& piece, std::size_t number) {
  std::ranges::fill(piece.bytes(), static_cast<unsigned char>(number));
}

bool is_filled(const Piece& piece, std::size_t number) {
  return std::ranges::all_of(piece.bytes(), [&](unsigned char byte) {
    return byte == static_cast<unsigned char>(number);
  });
}

TEST(OperatorNew, GivesAgainWhatWasGivenBack) {
  const std::uintptr_t place = Piece(40).place();

  EXPECT_EQ(Piece(33).place(), place);
}

TEST(OperatorNew, GivesNoPieceToALargerOne) {
  const std::uintptr_t place = Piece(40).place();

  EXPECT_NE(Piece(49).place(), place);
}

TEST(OperatorNew, GivesPiecesOfEverySizeThatDoNotOverlap) {
  std::vector<Piece> pieces;
  for (std::size_t bytes = 0; bytes < 1200; ++bytes) fill(pieces.emplace_back(bytes), bytes);

  for (std::size_t bytes = 0; bytes < pieces.size(); ++bytes) {
    EXPECT_EQ(pieces[bytes].place() % alignof(std::max_align_t), 0U) << bytes;
    EXPECT_TRUE(is_filled(pieces[bytes], bytes)) << bytes;
  }
}

TEST(OperatorNew, TellsPiecesOfNoBytesApart) {
  const Piece one(0);
  const Piece other(0);

  EXPECT_NE(one.place(), other.place());
}

TEST(OperatorNew, GivesAsManySmallPiecesAsAreAskedFor) {
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < 4 * kMiB / 500; ++i) fill(pieces.emplace_back(500), i);

  for (std::size_t i = 0; i < pieces.size(); ++i) ASSERT_TRUE(is_filled(pieces[i], i)) << i;
}

TEST(OperatorNew, TakesBackWhatAnotherThreadWasGiven) {
  std::vector<Piece> pieces;
  std::thread([&] {
    for (std::size_t bytes = 1; bytes < 1000; ++bytes) pieces.emplace_back(bytes);
  }).join();

  pieces.clear();

  for (std::size_t bytes = 1; bytes < 1000; ++bytes) fill(pieces.emplace_back(bytes), bytes);
  EXPECT_TRUE(is_filled(pieces.back(), 999));
}

TEST(OperatorNew, LeavesAloneWhatAnotherThreadGivesBack) {
  auto piece = std::make_unique<Piece>(40);
  const std::uintptr_t place = piece->place();

  std::thread([&] { piece.reset(); }).join();

  EXPECT_NE(Piece(40).place(), place);
}

TEST(OperatorNew, LetsThreadsAskAtTheSameTime) {
  const auto keeps_what_it_is_given = [](std::size_t number) {
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < 20'000; ++i) {
      fill(pieces.emplace_back(i % 300), number);
      if (i % 3 == 0) pieces.pop_back();
    }
    return std::ranges::all_of(pieces,
                               [&](const Piece& piece) { return is_filled(piece, number); });
  };
  bool has_other_kept = false;
  std::thread other([&] { has_other_kept = keeps_what_it_is_given(1); });

  EXPECT_TRUE(keeps_what_it_is_given(2));

  other.join();
  EXPECT_TRUE(has_other_kept);
}

TEST(OperatorNew, ThrowsWhereThereIsNone) {
  for (const std::size_t missing : {std::size_t{0}, std::size_t{7}, std::size_t{1} << 62}) {
    const std::size_t bytes = std::numeric_limits<std::size_t>::max() - missing;

    EXPECT_THROW((void)Piece(bytes), std::bad_alloc) << missing;
  }
}

TEST(OperatorNew, ServesTheOtherFormsToo) {
  struct alignas(256) Aligned {
    char first = 'a';
  };
  const auto aligned = std::make_unique<Aligned>();
  const std::unique_ptr<std::string[]> strings(new std::string[9]);
  const std::unique_ptr<int> number(new (std::nothrow) int(7));
  ::operator delete(::operator new(24));
  ::operator delete(nullptr);
  ::operator delete(nullptr, 24);

  EXPECT_EQ(std::bit_cast<std::uintptr_t>(aligned.get()) % alignof(Aligned), 0U);
  EXPECT_EQ(strings[8], "");
  EXPECT_EQ(*number, 7);
}

}  // namespace
}  // namespace larder
