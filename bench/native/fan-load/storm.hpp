#pragma once
#include <iostream>
#include <random>
#include "crowd.hpp"
#include "process-usage.hpp"

/*
 * All viewers have lost their server, and come back to another one within some seconds, each at a moment of its own. A
 * viewer is caught up when it has the last message that it missed; until then, and after, its numbers must rise by one.
 */
class Storm {
 public:
  Storm(Crowd &crowd, const Options &options) : crowd_(crowd), options_(options) {}

  /* Waits to be told where to go: a line `PORT PATH PID` on the standard input. */
  void await_orders() {
    int pid = 0;
    if (!(std::cin >> port_ >> path_ >> pid)) die("nobody said where the viewers should come back to");
    pids_ = {pid};
  }

  void run() {
    constexpr double BEHIND_S_MAX = 30;
    crowd_.scatter(port_, path_, options_.missed);
    std::vector<double> times_s = knocking_times();
    Usage before = usage_of(pids_);
    uint64_t start = now_ns(), deadline = start + uint64_t((options_.storm_s + BEHIND_S_MAX) * NANOSECONDS_PER_SECOND);
    size_t next = 0;
    while (crowd_.caught_up() < options_.viewers) {
      double now_s = double(now_ns() - start) / NANOSECONDS_PER_SECOND;
      while (next < times_s.size() && times_s[next] <= now_s) crowd_.open(int(next++));
      reopen_refused();
      crowd_.turn(1'000'000);
      if (now_ns() > deadline) break;
    }
    report(before, double(now_ns() - start) / NANOSECONDS_PER_SECOND);
  }

 private:
  /* In the order in which they were refused, so the first is always the next. */
  void reopen_refused() {
    uint64_t now = now_ns();
    for (; reopened_ < crowd_.refused.size() && crowd_.refused[reopened_].until_ns <= now; reopened_++)
      crowd_.open(crowd_.refused[reopened_].index);
  }

  /* At random over the time, but in order: so the same viewers come in the same order in every run. */
  std::vector<double> knocking_times() const {
    std::mt19937 random(1);
    std::uniform_real_distribution<double> any(0, options_.storm_s);
    std::vector<double> times(size_t(options_.viewers));
    for (double &time : times) time = any(random);
    std::sort(times.begin(), times.end());
    return times;
  }

  void report(const Usage &before, double took_s) const {
    Usage after = usage_of(pids_);
    const Histogram &caught = crowd_.caught_up_ns;
    printf("{\"step\":\"storm\",\"tookS\":%.3f,\"caughtUp\":%d,\"p50Ms\":%.3f,\"p99Ms\":%.3f,\"maxMs\":%.3f,\"deliveries\":%llu,"
           "\"missing\":%llu,\"wrong\":%llu,\"refused\":%zu,\"cpuS\":%.3f,\"generatorCpuS\":%.3f}\n",
           took_s, crowd_.caught_up(), caught.quantile(0.5) / 1e6, caught.quantile(0.99) / 1e6, caught.quantile(1) / 1e6,
           (unsigned long long)crowd_.ledger.deliveries, (unsigned long long)crowd_.ledger.missing,
           (unsigned long long)crowd_.ledger.wrong, crowd_.refused.size(), after.cpu_s - before.cpu_s, own_cpu_s());
    fflush(stdout);
  }

  Crowd &crowd_;
  const Options &options_;
  size_t reopened_ = 0;
  int port_ = 0;
  std::string path_;
  std::vector<int> pids_;
};
