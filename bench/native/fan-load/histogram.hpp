#pragma once
#include <array>
#include <cmath>
#include <cstdint>

/* Log-linear counts (32 steps per doubling, so within 3 %): fixed memory, whatever is added. */
class Histogram {
 public:
  void clear() { *this = Histogram(); }

  void add(uint64_t value) {
    counts_[bucket_of(value)]++;
    total_++;
  }

  /* The middle of the bucket that holds this share of the values; 0 when there are none. */
  double quantile(double share) const {
    uint64_t wanted = uint64_t(std::ceil(double(total_) * share)), seen = 0;
    for (size_t i = 0; i < counts_.size(); i++) {
      seen += counts_[i];
      if (seen >= wanted && seen > 0) return middle_of(i);
    }
    return 0;
  }

 private:
  static constexpr int STEPS = 32;

  static size_t bucket_of(uint64_t value) {
    if (value < STEPS) return value;
    int exponent = 63 - __builtin_clzll(value);
    return size_t(exponent - 4) * STEPS + ((value >> (exponent - 5)) & (STEPS - 1));
  }

  static double middle_of(size_t bucket) {
    if (bucket < STEPS) return double(bucket);
    int exponent = int(bucket / STEPS) + 4;
    return std::ldexp(1 + (double(bucket % STEPS) + 0.5) / STEPS, exponent);
  }

  std::array<uint64_t, 61 * STEPS> counts_{};
  uint64_t total_ = 0;
};
