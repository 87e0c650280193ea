#pragma once
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>

/*
 * Every message carries `^<16 hex digits: ns of its sending>-<8 hex digits: its number>.`, which is all that the viewers
 * look for: they need to know nothing of chunks, frames or JSON, and cost the same for every server.
 */
constexpr size_t MARKER_BYTES = 27;

struct Marker {
  uint64_t sent_ns;
  uint32_t number;
};

inline void write_marker(char *at, Marker marker) {
  char text[MARKER_BYTES + 1];
  snprintf(text, sizeof text, "^%016llx-%08x.", (unsigned long long)marker.sent_ns, marker.number);
  memcpy(at, text, MARKER_BYTES);
}

inline bool read_hex(const char *from, int digits, uint64_t &value) {
  value = 0;
  for (int i = 0; i < digits; i++) {
    unsigned char c = from[i];
    unsigned digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
    if (digit > 15) return false;
    value = value << 4 | digit;
  }
  return true;
}

/* A `^` may also be a length byte of some frame: only the whole form counts. */
inline bool read_marker(const char *at, Marker &marker) {
  uint64_t number;
  if (at[17] != '-' || at[26] != '.' || !read_hex(at + 1, 16, marker.sent_ns) || !read_hex(at + 18, 8, number)) return false;
  marker.number = uint32_t(number);
  return true;
}

/* Finds the markers of one stream, also those that two reads share. */
class MarkerScanner {
 public:
  template <class OnMarker>
  void feed(const char *bytes, size_t count, OnMarker &&on_marker) {
    if (rest_bytes_ > 0 && !feed_rest(bytes, count, on_marker)) return;
    scan(bytes, count, count, on_marker);
  }

 private:
  /* Looks for markers that begin in the rest of the last read. False when all of this read is part of the rest now. */
  template <class OnMarker>
  bool feed_rest(const char *bytes, size_t count, OnMarker &on_marker) {
    char joined[2 * MARKER_BYTES];
    size_t before = rest_bytes_, taken = std::min(count, MARKER_BYTES);
    memcpy(joined, rest_, before);
    memcpy(joined + before, bytes, taken);
    rest_bytes_ = 0;
    scan(joined, before + taken, before, on_marker);
    // A rest of a rest: this read was too short to complete it, so it is already in it as a whole.
    return rest_bytes_ == 0;
  }

  /* Looks for markers that begin before `limit`. */
  template <class OnMarker>
  void scan(const char *bytes, size_t count, size_t limit, OnMarker &on_marker) {
    const char *at = bytes, *end = bytes + count, *stop = bytes + limit;
    while (at < stop && (at = static_cast<const char *>(memchr(at, '^', stop - at))) != nullptr) {
      if (size_t(end - at) < MARKER_BYTES) {
        rest_bytes_ = end - at;
        memcpy(rest_, at, rest_bytes_);
        return;
      }
      Marker marker;
      bool found = read_marker(at, marker);
      if (found) on_marker(marker);
      at += found ? MARKER_BYTES : 1;
    }
  }

  char rest_[MARKER_BYTES];
  size_t rest_bytes_ = 0;
};
