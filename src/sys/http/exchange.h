#pragma once

#include "sys/http/transport.h"
#include <larder/result.h>

#include <optional>
#include <span>
#include <string_view>

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace larder::sys::http {

/// What a request says, without its query or a password: "GET https://host/path", for messages.
std::string describe(const Request& request);

/// One request while it is under way: gives out what is to be sent, takes in what is answered, and
/// tells when a deadline has passed. Knows nothing of sockets. One thread at a time.
class Exchange {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `request` must outlive it.
  Exchange(const Request& request, Time now) : request_(request), started_(now), active_(now) {}

  // What happens on the wire. Once one of the calls gives false or nullopt the request is to be
  // ended; failure() is why.
  void on_connecting() { is_connecting_ = true; }
  void on_connected(Time now);
  /// The next bytes to send; 0 at the end.
  std::optional<std::size_t> take_upload(std::span<std::byte> out);
  /// Sends again, from `offset` on.
  void rewind_upload(std::uint64_t offset) { upload_taken_ = offset; }
  /// One line of a head, with its end.
  bool on_head_line(std::string_view line);
  bool on_body(util::ByteSpan piece);

  /// Takes note of how much of the upload has been sent. To be called after whatever may have
  /// moved bytes, with the time before the next wait.
  void on_progress(std::uint64_t uploaded, Time now);
  /// When the exchange is to be ended, as things are. Connecting has a deadline that is not seen
  /// to here.
  [[nodiscard]] Time deadline() const;
  /// The Error for having passed the deadline().
  [[nodiscard]] Error deadline_error() const;

  [[nodiscard]] std::uint64_t upload_size() const;
  [[nodiscard]] bool is_connecting() const { return is_connecting_; }
  /// Whether the server has answered anything.
  [[nodiscard]] bool is_answered() const { return received_ != 0; }
  /// Why the exchange itself ended the request, if it did.
  [[nodiscard]] std::optional<Error>& failure() { return failure_; }

  Response take_response();

 private:
  enum class Phase : std::uint8_t { connecting, sending, waiting, receiving };

  bool refuse(ErrorCode code, std::string_view why);
  bool on_head_end();
  [[nodiscard]] bool has_body() const;
  [[nodiscard]] Phase phase() const;
  [[nodiscard]] std::chrono::milliseconds phase_limit() const;
  /// When the exchange is to be ended, whatever moves meanwhile.
  [[nodiscard]] Time end() const;

  const Request& request_;
  Time started_;
  Time active_;  // When a byte was last seen to move.
  bool is_connecting_ = true;
  std::uint64_t upload_taken_ = 0;
  std::uint64_t uploaded_ = 0;
  std::uint64_t received_ = 0;       // Bytes of heads and body.
  std::uint64_t last_received_ = 0;  // As of on_progress().
  std::uint64_t head_bytes_ = 0;
  std::uint64_t body_bytes_ = 0;
  bool is_head_complete_ = false;
  ResponseHead head_;
  util::ByteBuffer body_;
  std::optional<Error> failure_;
};

}  // namespace larder::sys::http
