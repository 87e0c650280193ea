#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cerrno>
#include <string>
#include "options.hpp"

/* How a viewer's socket takes in. */
enum class Intake { Any, Narrow };

/*
 * Begins to connect to a loopback port. A narrow intake makes a peer feel soon that nobody reads: with the small buffer
 * here, and segments of the size that they have in a real network. The peer's kernel sizes its own buffer by segments,
 * and by those of loopback, which are 64 KB, it takes megabytes before it says that it is full.
 */
inline int dial(int port, Intake intake = Intake::Any) {
  constexpr int RECEIVE_BYTES = 4096, SEGMENT_BYTES = 1460;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  if (fd < 0) die("no more sockets: raise `ulimit -n`");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (intake == Intake::Narrow) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &RECEIVE_BYTES, sizeof RECEIVE_BYTES);
    setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &SEGMENT_BYTES, sizeof SEGMENT_BYTES);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(uint16_t(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr *>(&address), sizeof address) < 0 && errno != EINPROGRESS) die("connect failed");
  return fd;
}

/* For requests, which are far smaller than a fresh socket's buffer. */
inline void send_small(int fd, const std::string &bytes) {
  if (send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) != ssize_t(bytes.size())) die("a request did not fit its socket");
}
