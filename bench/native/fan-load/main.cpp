/*
 * A crowd of viewers on one core: one thread and epoll, far cheaper per delivery than any server that it measures.
 * See USAGE in options.hpp. Loopback only; ends by itself.
 */
#include <csignal>
#include "crowd.hpp"
#include "process-usage.hpp"
#include "publisher.hpp"
#include "storm.hpp"

constexpr double CONNECT_DEADLINE_S = 60, SETTLE_S = 1, SETTLE_BEFORE_IDLE_S = 3, DRAIN_S_MAX = 2, STORM_EXTRA_S = 90, GATE_S_MAX = 10;

static uint64_t seconds_from(uint64_t start_ns, double seconds) {
  return start_ns + uint64_t(seconds * NANOSECONDS_PER_SECOND);
}

static double seconds_between(uint64_t start_ns, uint64_t end_ns) {
  return double(end_ns - start_ns) / NANOSECONDS_PER_SECOND;
}

static void raise_file_limit(int viewers) {
  rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_max < rlim_t(viewers) + 64) die("too few open files are allowed for so many viewers: raise `ulimit -n`");
}

static void connect_viewers(Crowd &crowd, const Options &options) {
  Usage before = usage_of(options.pids);
  uint64_t start = now_ns();
  crowd.connect(CONNECT_DEADLINE_S);
  double connect_s = seconds_between(start, now_ns());
  // Servers tidy up after a crowd has come in: that is not what being idle costs.
  crowd.turn_until(seconds_from(now_ns(), options.idle_s > 0 ? SETTLE_BEFORE_IDLE_S : SETTLE_S));
  Usage idle = usage_of(options.pids);
  start = now_ns();
  crowd.turn_until(seconds_from(start, options.idle_s));
  Usage after = usage_of(options.pids);
  printf("{\"step\":\"connected\",\"connectS\":%.3f,\"emptyRssKb\":%.0f,\"idleRssKb\":%.0f,\"idleS\":%.3f,\"idleCpuS\":%.3f}\n",
         connect_s, before.rss_kb, after.rss_kb, seconds_between(start, now_ns()), after.cpu_s - idle.cpu_s);
  fflush(stdout);
}

/* The state at one end of the measured stretch. */
struct Snapshot {
  uint64_t at_ns, deliveries;
  uint32_t published;
  double own_cpu_s;
  Usage server;
};

static Snapshot snapshot(const Crowd &crowd, const Publisher &publisher, const Options &options) {
  return {now_ns(), crowd.ledger.deliveries, publisher.published(), own_cpu_s(), usage_of(options.pids)};
}

/* When the next message is due, and how many were held back because too many were in flight. */
struct Pace {
  uint64_t due_ns;
  uint64_t withheld = 0;
};

static void publish_due(const Load &load, Pace &pace, const Crowd &crowd, Publisher &publisher) {
  uint64_t now = now_ns();
  auto has_room = [&] { return publisher.published() - crowd.ledger.settled() < load.in_flight_max; };
  if (load.rate_per_s <= 0) {
    pace.due_ns = now + 1'000'000;
    while (has_room()) publisher.publish(now_ns());
    return;
  }
  // Latency counts from when a message was due, so that a generator that comes late hides nothing.
  for (; pace.due_ns <= now; pace.due_ns += uint64_t(NANOSECONDS_PER_SECOND / load.rate_per_s)) {
    if (has_room()) publisher.publish(pace.due_ns);
    else pace.withheld++;
  }
}

static void turn(Crowd &crowd, Publisher &publisher, uint64_t until_ns) {
  publisher.flush();
  publisher.read();
  uint64_t now = now_ns();
  // The publisher's own socket is not watched: whatever it has to say can wait for a millisecond.
  crowd.turn(until_ns > now ? std::min<uint64_t>(until_ns - now, 1'000'000) : 0);
}

static void report(const Load &load, const Crowd &crowd, const Pace &pace, const Snapshot &a, const Snapshot &b) {
  double seconds = seconds_between(a.at_ns, b.at_ns);
  const Histogram &latency = crowd.ledger.latency_ns;
  printf("{\"step\":\"load\",\"name\":\"%s\",\"seconds\":%.3f,\"published\":%u,\"withheld\":%llu,\"deliveries\":%llu,"
         "\"cpuS\":%.3f,\"generatorCpuS\":%.3f,\"p50Ms\":%.4f,\"p99Ms\":%.4f,\"p999Ms\":%.4f,",
         load.name.c_str(), seconds, b.published - a.published, (unsigned long long)pace.withheld,
         (unsigned long long)(b.deliveries - a.deliveries), b.server.cpu_s - a.server.cpu_s, b.own_cpu_s - a.own_cpu_s,
         latency.quantile(0.5) / 1e6, latency.quantile(0.99) / 1e6, latency.quantile(0.999) / 1e6);
}

static bool may_begin() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  char byte;
  if (poll(&input, 1, 0) != 1) return false;
  if (read(STDIN_FILENO, &byte, 1) != 1) die("nobody said when to measure");
  return true;
}

/* The viewers stay connected for as long as somebody looks at their server. */
static void await_leave() {
  char bytes[64];
  while (read(STDIN_FILENO, bytes, sizeof bytes) > 0) continue;
}

/* Publishes for a while and reports. False when the server was still behind long after the last message. */
static bool run_load(const Load &load, bool gated, Crowd &crowd, Publisher &publisher, const Options &options) {
  uint64_t missing = crowd.ledger.missing, wrong = crowd.ledger.wrong, start = now_ns();
  Pace pace{start};
  auto publish_until = [&](uint64_t end) {
    while (now_ns() < end) {
      publish_due(load, pace, crowd, publisher);
      turn(crowd, publisher, std::min(pace.due_ns, end));
    }
  };
  publish_until(seconds_from(start, load.warm_up_s));
  uint64_t gate_end = seconds_from(now_ns(), GATE_S_MAX);
  while (gated && !may_begin()) {
    if (now_ns() > gate_end) die("nobody said in time when to measure");
    publish_until(seconds_from(now_ns(), 0.01));
  }
  crowd.ledger.latency_ns.clear();
  pace.withheld = 0;
  Snapshot before = snapshot(crowd, publisher, options);
  publish_until(seconds_from(before.at_ns, load.seconds));
  Snapshot after = snapshot(crowd, publisher, options);
  report(load, crowd, pace, before, after);
  uint64_t deadline = seconds_from(after.at_ns, DRAIN_S_MAX);
  while (crowd.ledger.settled() < publisher.published() && now_ns() < deadline) turn(crowd, publisher, deadline);
  Usage end = usage_of(options.pids);
  uint32_t unsettled = publisher.published() - crowd.ledger.settled();
  printf("\"missing\":%llu,\"wrong\":%llu,\"unsettled\":%u,\"rssKb\":%.0f}\n", (unsigned long long)(crowd.ledger.missing - missing),
         (unsigned long long)(crowd.ledger.wrong - wrong), unsettled, end.rss_kb);
  fflush(stdout);
  return unsettled == 0;
}

static void finish_connecting(Publisher &publisher) {
  pollfd poll_publisher{publisher.fd(), POLLOUT, 0};
  if (poll(&poll_publisher, 1, 5000) != 1) die("the publisher could not connect");
}

int main(int argc, char **argv) {
  Options options = parse_options(argc, argv);
  double seconds = CONNECT_DEADLINE_S + options.idle_s + 10;
  if (options.storm_s > 0) seconds += STORM_EXTRA_S + options.storm_s;
  if (options.gated) seconds += 2 * GATE_S_MAX;
  for (const Load &load : options.loads) seconds += load.warm_up_s + load.seconds + DRAIN_S_MAX;
  alarm(unsigned(seconds));
  signal(SIGPIPE, SIG_IGN);
  raise_file_limit(options.viewers);
  Crowd crowd(options);
  connect_viewers(crowd, options);
  if (options.storm_s > 0) {
    Storm storm(crowd, options);
    storm.await_orders();
    storm.run();
    return 0;
  }
  if (options.loads.empty()) return 0;
  Publisher publisher(options);
  finish_connecting(publisher);
  for (const Load &load : options.loads) {
    bool is_first = &load == &options.loads.front();
    if (!run_load(load, options.gated && is_first, crowd, publisher, options)) break;
  }
  if (options.gated) await_leave();
  return 0;
}
