#pragma once
#include <cstdint>
#include <vector>
#include "histogram.hpp"
#include "marker.hpp"

/*
 * What all healthy viewers got. A message is settled when each of them has it, or has something later (then it is
 * missing there): one counter per message, so that a thousand viewers need no memory of what each saw.
 */
class Ledger {
 public:
  static constexpr uint32_t WINDOW = 1 << 16;

  explicit Ledger(uint32_t viewers) : viewers_(viewers), counts_(WINDOW) {}

  /* A viewer whose last message was `last` got this one. */
  void received(uint32_t &last, Marker marker, uint64_t at_ns) {
    if (marker.number <= last) {
      wrong++;
      return;
    }
    for (uint32_t number = last + 1; number < marker.number; number++) {
      missing++;
      settle(number);
    }
    last = marker.number;
    deliveries++;
    latency_ns.add(at_ns > marker.sent_ns ? at_ns - marker.sent_ns : 0);
    settle(marker.number);
  }

  /* Up to which message everything has settled. */
  uint32_t settled() const { return settled_; }

  uint64_t deliveries = 0;
  /* Deliveries that did not come, although a later one came. */
  uint64_t missing = 0;
  /* Deliveries that came twice, or in the wrong order. */
  uint64_t wrong = 0;
  Histogram latency_ns;

 private:
  void settle(uint32_t number) {
    counts_[number % WINDOW]++;
    while (counts_[(settled_ + 1) % WINDOW] == viewers_) counts_[++settled_ % WINDOW] = 0;
  }

  uint32_t viewers_, settled_ = 0;
  std::vector<uint32_t> counts_;
};
