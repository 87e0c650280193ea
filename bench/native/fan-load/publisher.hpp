#pragma once
#include <string>
#include "marker.hpp"
#include "options.hpp"
#include "sockets.hpp"

/*
 * Publishes numbered messages in the way that a server takes them in: as a line (peers), by POST (nchan), or to NATS as
 * the room log does, with a message id. Never blocks; what the socket does not take waits here.
 */
class Publisher {
 public:
  explicit Publisher(const Options &options) : payload_(options.payload), message_id_(options.message_id) {
    auto parts = split(options.publish, ':');
    if (parts.size() < 2) die(USAGE);
    kind_ = parts[0];
    target_ = parts.size() > 2 ? parts[2] : "";
    marker_at_ = payload_.find('^');
    if (marker_at_ == std::string::npos || payload_.size() - marker_at_ < MARKER_BYTES) die("the payload has no marker");
    fd_ = dial(atoi(parts[1].c_str()));
    if (kind_ == "nats") waiting_ = "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"protocol\":1}\r\n";
  }
  ~Publisher() { close(fd_); }
  Publisher(const Publisher &) = delete;
  Publisher &operator=(const Publisher &) = delete;

  int fd() const { return fd_; }
  uint32_t published() const { return published_; }

  void publish(uint64_t sent_ns) {
    write_marker(&payload_[marker_at_], {sent_ns, ++published_});
    if (kind_ == "line") waiting_ += payload_ + "\n";
    else if (kind_ == "http") waiting_ += post() + payload_;
    else if (kind_ == "nats") waiting_ += nats_header() + payload_ + "\r\n";
    else die("no publisher is named " + kind_);
  }

  void flush() {
    if (waiting_.empty()) return;
    ssize_t count = send(fd_, waiting_.data(), waiting_.size(), MSG_NOSIGNAL);
    if (count > 0) waiting_.erase(0, size_t(count));
    else if (errno != EAGAIN && errno != ENOTCONN) die("publishing failed");
  }

  /* Reads what the server says to the publisher. */
  void read() {
    char bytes[65536];
    ssize_t count;
    while ((count = recv(fd_, bytes, sizeof bytes, 0)) > 0) {
      std::string said(bytes, size_t(count));
      if (kind_ == "nats" && said.find("PING\r\n") != std::string::npos) waiting_ += "PONG\r\n";
      if (kind_ == "nats" && said.find("-ERR") != std::string::npos) die("NATS says " + said);
      if (kind_ == "http" && (said.find("HTTP/1.1 4") != std::string::npos || said.find("HTTP/1.1 5") != std::string::npos))
        die("the publish was answered " + said.substr(0, 200));
    }
    if (count == 0) die("the publisher's connection was closed");
  }

 private:
  std::string post() const {
    return "POST " + target_ + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(payload_.size()) + "\r\n\r\n";
  }

  std::string nats_header() const {
    std::string head = "NATS/1.0\r\nNats-Msg-Id: " + message_id_ + "-" + std::to_string(published_) + "\r\n\r\n";
    return "HPUB " + target_ + " " + std::to_string(head.size()) + " " + std::to_string(head.size() + payload_.size()) + "\r\n" + head;
  }

  std::string kind_, target_, payload_, message_id_, waiting_;
  size_t marker_at_ = 0;
  int fd_ = -1;
  uint32_t published_ = 0;
};
