#pragma once
#include <poll.h>
#include <sys/epoll.h>
#include "clock.hpp"
#include "ledger.hpp"
#include "sockets.hpp"

enum class ViewerState { Connecting, Requested, Joining, Live };

struct Viewer {
  int fd = -1;
  ViewerState state = ViewerState::Connecting;
  bool stalled = false;
  uint32_t last = 0;
  uint64_t opened_ns = 0;
  MarkerScanner scanner;
  std::string handshake;
};

/* The viewers' connections, on one epoll. The last `stalled` of them are joined in and then never read again. */
class Crowd {
 public:
  Ledger ledger;
  /* From a viewer's knocking to its having all that it missed; only in a storm. */
  Histogram caught_up_ns;

  explicit Crowd(const Options &options)
      : ledger(uint32_t(options.viewers - options.stalled)), options_(options), port_(options.port), path_(options.path), viewers_(size_t(options.viewers)), buffer_(1 << 18) {
    epoll_ = epoll_create1(0);
  }

  /* Opens all viewers, some at a time. */
  void connect(double deadline_s) {
    constexpr int OPENING_MAX = 64;
    uint64_t deadline = now_ns() + uint64_t(deadline_s * NANOSECONDS_PER_SECOND);
    int next = 0, total = options_.viewers;
    while (live_ < total) {
      while (next < total && next - live_ < OPENING_MAX) open(next++);
      turn(1'000'000);
      if (now_ns() > deadline) die("only " + std::to_string(live_) + " of " + std::to_string(total) + " viewers were let in");
    }
  }

  /* Viewers that were refused in a storm, or given up on at the door, and when they may knock again. */
  struct Refusal {
    int index;
    uint64_t until_ns;
  };
  std::vector<Refusal> refused;

  int caught_up() const { return caught_up_; }

  /* Cuts all viewers off, and sends those that are opened from now on elsewhere, to get `missed` messages first. */
  void scatter(int port, const std::string &path, uint32_t missed) {
    for (Viewer &viewer : viewers_) {
      close(viewer.fd);
      viewer = Viewer();
    }
    port_ = port;
    path_ = path;
    missed_ = missed;
    ledger = Ledger(uint32_t(viewers_.size()));
  }

  void open(int index) {
    Viewer &viewer = viewers_[size_t(index)];
    viewer.stalled = index >= options_.viewers - options_.stalled;
    viewer.fd = dial(port_, viewer.stalled ? Intake::Narrow : Intake::Any);
    // Whoever is refused has waited since its first knock.
    if (viewer.opened_ns == 0) viewer.opened_ns = now_ns();
    watch(viewer, EPOLL_CTL_ADD, EPOLLOUT);
  }

  /* Waits at most so long for something to read, and reads it. */
  void turn(uint64_t wait_ns) {
    epoll_event events[1024];
    pollfd poll_epoll{epoll_, POLLIN, 0};
    timespec wait{time_t(wait_ns / 1'000'000'000), long(wait_ns % 1'000'000'000)};
    // epoll_wait counts in milliseconds, which is too coarse for a thousand messages a second.
    if (ppoll(&poll_epoll, 1, &wait, nullptr) <= 0) return;
    int count = epoll_wait(epoll_, events, 1024, 0);
    for (int i = 0; i < count; i++) handle(viewers_[events[i].data.u32]);
  }

  void turn_until(uint64_t until_ns) {
    for (uint64_t now; (now = now_ns()) < until_ns;) turn(until_ns - now);
  }

 private:
  void watch(Viewer &viewer, int how, uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.u32 = uint32_t(&viewer - viewers_.data());
    if (epoll_ctl(epoll_, how, viewer.fd, &event) < 0) die("epoll_ctl failed");
  }

  void handle(Viewer &viewer) {
    if (viewer.state == ViewerState::Connecting) return request(viewer);
    ssize_t count = recv(viewer.fd, buffer_.data(), buffer_.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    // In a storm a server may give up on those who wait longest at its door; nobody who is in may be dropped.
    if (count <= 0 && missed_ > 0 && viewer.state != ViewerState::Live) return retry(viewer);
    if (count <= 0) die("the server closed a viewer's connection");
    if (viewer.state == ViewerState::Live) scan(viewer, buffer_.data(), size_t(count));
    else join(viewer, size_t(count));
  }

  void scan(Viewer &viewer, const char *bytes, size_t count) {
    uint64_t now = now_ns();
    bool was_behind = viewer.last < missed_;
    viewer.scanner.feed(bytes, count, [&](Marker marker) { ledger.received(viewer.last, marker, now); });
    if (was_behind && viewer.last >= missed_) {
      caught_up_++;
      caught_up_ns.add(now - viewer.opened_ns);
    }
  }

  void request(Viewer &viewer) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(viewer.fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) die(std::string("connecting failed: ") + strerror(error));
    bool is_sse = options_.protocol == "sse";
    send_small(viewer.fd, "GET " + path_ + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
                              (is_sse ? "Accept: text/event-stream\r\n\r\n"
                                      : "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
    viewer.state = ViewerState::Requested;
    watch(viewer, EPOLL_CTL_MOD, EPOLLIN);
  }

  /* The answer's head, and for Socket.IO also the joining of its default namespace. */
  void join(Viewer &viewer, size_t count) {
    viewer.handshake.append(buffer_.data(), count);
    auto head_end = viewer.handshake.find("\r\n\r\n");
    if (head_end == std::string::npos) return;
    if (viewer.state == ViewerState::Requested) {
      const char *wanted = options_.protocol == "sse" ? "HTTP/1.1 200 " : "HTTP/1.1 101 ";
      if (viewer.handshake.rfind(wanted, 0) != 0 && missed_ > 0) return retry(viewer);
      if (viewer.handshake.rfind(wanted, 0) != 0) die("a viewer was answered: " + viewer.handshake.substr(0, 300));
      // A masked text frame with an all-zero mask: "40", connect.
      if (options_.protocol == "socketio") send_small(viewer.fd, std::string("\x81\x82\0\0\0\0" "40", 8));
      viewer.state = ViewerState::Joining;
    }
    if (options_.protocol == "socketio" && viewer.handshake.find("40{", head_end) == std::string::npos) return;
    std::string rest = viewer.handshake.substr(head_end + 4);
    viewer.handshake = {};
    viewer.state = ViewerState::Live;
    live_++;
    if (viewer.stalled) epoll_ctl(epoll_, EPOLL_CTL_DEL, viewer.fd, nullptr);
    else scan(viewer, rest.data(), rest.size());
  }

  void retry(Viewer &viewer) {
    constexpr uint64_t RETRY_NS = 1'000'000'000;
    uint64_t opened_ns = viewer.opened_ns;
    close(viewer.fd);
    viewer = Viewer();
    viewer.opened_ns = opened_ns;
    refused.push_back({int(&viewer - viewers_.data()), now_ns() + RETRY_NS});
  }

  const Options &options_;
  int epoll_, live_ = 0, caught_up_ = 0, port_;
  std::string path_;
  uint32_t missed_ = 0;
  std::vector<Viewer> viewers_;
  std::vector<char> buffer_;
};
