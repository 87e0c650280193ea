/*
 * The limit: the least that one write per viewer and message can cost on this machine.
 *
 *   fan-limit PORT INGEST_PORT
 *
 * Reads messages as lines on INGEST_PORT and writes each, as one HTTP chunk with one server-sent event, to every viewer
 * that has asked anything on PORT. One thread, epoll, one prepared buffer, one send() per viewer: no parsing, no
 * routing, no admission, no resume. What a real server costs beyond this is the price of what it does.
 * Loopback only. Ends by itself after 15 minutes.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { VIEWERS_MAX = 65536, LINE_BYTES_MAX = 1 << 20, PENDING_BYTES_MAX = 8 << 20, LIFETIME_S = 900 };

/* One socket. `slot` is its place among the viewers, or -1 before its request. */
typedef struct {
  int fd;
  int slot;
  char *pending;
  size_t pending_bytes;
} Connection;

static Connection *viewers[VIEWERS_MAX];
static int viewer_count;
static int epoll;
static Connection listener, ingest_listener, ingest;
static char line[LINE_BYTES_MAX];
static size_t line_bytes;
static char frame[LINE_BYTES_MAX + 64];

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void watch(Connection *connection, int how, unsigned events) {
  struct epoll_event event = {.events = events, .data.ptr = connection};
  if (epoll_ctl(epoll, how, connection->fd, &event) < 0) die("epoll_ctl");
}

static void drop(Connection *connection) {
  close(connection->fd);
  if (connection->slot >= 0) {
    viewers[connection->slot] = viewers[--viewer_count];
    viewers[connection->slot]->slot = connection->slot;
  }
  free(connection->pending);
  free(connection);
}

/* Keeps what the socket did not take. A viewer beyond the bound is gone at its next event: its socket is shut down. */
static void keep(Connection *connection, const char *bytes, size_t count) {
  if (connection->pending_bytes + count > PENDING_BYTES_MAX) {
    shutdown(connection->fd, SHUT_RDWR);
    return;
  }
  char *grown = realloc(connection->pending, connection->pending_bytes + count);
  if (grown == NULL) die("realloc");
  memcpy(grown + connection->pending_bytes, bytes, count);
  if (connection->pending_bytes == 0) watch(connection, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
  connection->pending = grown;
  connection->pending_bytes += count;
}

static void fan_out(const char *message, size_t message_bytes) {
  int count = snprintf(frame, sizeof frame, "%zx\r\ndata: %.*s\n\n\r\n", message_bytes + 8, (int)message_bytes, message);
  for (int i = 0; i < viewer_count; i++) {
    Connection *viewer = viewers[i];
    ssize_t sent = viewer->pending_bytes > 0 ? 0 : send(viewer->fd, frame, count, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < count) keep(viewer, frame + (sent > 0 ? sent : 0), count - (sent > 0 ? sent : 0));
  }
}

static void on_writable(Connection *viewer) {
  ssize_t sent = send(viewer->fd, viewer->pending, viewer->pending_bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent <= 0) return;
  viewer->pending_bytes -= sent;
  memmove(viewer->pending, viewer->pending + sent, viewer->pending_bytes);
  if (viewer->pending_bytes > 0) return;
  free(viewer->pending);
  viewer->pending = NULL;
  watch(viewer, EPOLL_CTL_MOD, EPOLLIN);
}

static void on_request(Connection *connection) {
  static const char head[] =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
      "Transfer-Encoding: chunked\r\n\r\n";
  char request[4096];
  ssize_t count = recv(connection->fd, request, sizeof request, 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0 || viewer_count == VIEWERS_MAX) {
    drop(connection);
  } else if (connection->slot < 0) {
    send(connection->fd, head, sizeof head - 1, MSG_NOSIGNAL);
    connection->slot = viewer_count;
    viewers[viewer_count++] = connection;
  }
}

static void accept_viewers(void) {
  int fd;
  while ((fd = accept4(listener.fd, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    Connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) die("calloc");
    connection->fd = fd;
    connection->slot = -1;
    watch(connection, EPOLL_CTL_ADD, EPOLLIN);
  }
}

static void read_ingest(void) {
  ssize_t count = recv(ingest.fd, line + line_bytes, sizeof line - line_bytes, 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) {
    close(ingest.fd);
    line_bytes = 0;
    return;
  }
  line_bytes += count;
  char *start = line, *end = line + line_bytes, *stop;
  while ((stop = memchr(start, '\n', end - start)) != NULL) {
    fan_out(start, stop - start);
    start = stop + 1;
  }
  line_bytes = end - start;
  memmove(line, start, line_bytes);
}

static void listen_on(Connection *connection, int port) {
  int one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(connection->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(connection->fd, (struct sockaddr *)&address, sizeof address) < 0) die("bind");
  if (listen(connection->fd, 4096) < 0) die("listen");
  watch(connection, EPOLL_CTL_ADD, EPOLLIN);
}

static void handle(Connection *connection, unsigned events) {
  if (connection == &listener) return accept_viewers();
  if (connection == &ingest) return read_ingest();
  if (connection == &ingest_listener) {
    ingest.fd = accept4(ingest_listener.fd, NULL, NULL, SOCK_NONBLOCK);
    if (ingest.fd >= 0) watch(&ingest, EPOLL_CTL_ADD, EPOLLIN);
    return;
  }
  if ((events & EPOLLOUT) && connection->pending_bytes > 0) on_writable(connection);
  if (events & ~EPOLLOUT) on_request(connection);
}

int main(int argc, char **argv) {
  if (argc != 3) return fprintf(stderr, "usage: fan-limit PORT INGEST_PORT\n"), 2;
  signal(SIGPIPE, SIG_IGN);
  alarm(LIFETIME_S);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  epoll = epoll_create1(0);
  listen_on(&listener, atoi(argv[1]));
  listen_on(&ingest_listener, atoi(argv[2]));
  puts("ready");
  fflush(stdout);
  static struct epoll_event events[512];
  for (;;) {
    int count = epoll_wait(epoll, events, 512, -1);
    for (int i = 0; i < count; i++) handle(events[i].data.ptr, events[i].events);
  }
}
