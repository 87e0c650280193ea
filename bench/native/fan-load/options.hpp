#pragma once
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

[[noreturn]] inline void die(const std::string &why) {
  fprintf(stderr, "fan-load: %s\n", why.c_str());
  exit(1);
}

/* One stretch of publishing. Rate 0: the next message follows as soon as there is room in flight. */
struct Load {
  std::string name;
  double rate_per_s;
  uint32_t in_flight_max;
  double warm_up_s;
  double seconds;
};

struct Options {
  std::string protocol, path = "/", publish, payload, message_id = "message";
  int port = 0, viewers = 0, stalled = 0;
  double idle_s = 0;
  /* Measure when a line on the standard input says so, and leave when that ends. */
  bool gated = false;
  /* A storm: the viewers come back within so many seconds, and have missed so many messages. */
  double storm_s = 0;
  uint32_t missed = 0;
  std::vector<int> pids;
  std::vector<Load> loads;
};

inline const char *USAGE =
    "usage: fan-load protocol=sse|ws|socketio port=N path=/… viewers=N [stalled=N] [idle=SECONDS] [pids=N,…] [gated=1]\n"
    "         payload=FILE publish=line:PORT|http:PORT:/path|nats:PORT:subject [message-id=PREFIX]\n"
    "         load=NAME:RATE:IN_FLIGHT:WARM_UP_S:SECONDS …\n"
    "     or: fan-load protocol=sse|ws port=N path=/… viewers=N storm=SECONDS missed=N\n"
    "         and then, on its standard input, PORT PATH PID of the server that the viewers come back to\n"
    "gated=1: the warm-up goes on until a line comes on the standard input; the viewers stay until that ends.\n"
    "Opens viewers on 127.0.0.1, publishes to them, checks what each gets; prints one line of JSON per step.\n";

inline std::vector<std::string> split(const std::string &text, char by) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, by);) parts.push_back(part);
  return parts;
}

inline std::string read_file(const std::string &name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) die("can't read " + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline Load parse_load(const std::string &text) {
  auto parts = split(text, ':');
  if (parts.size() != 5) die("a load is NAME:RATE:IN_FLIGHT:WARM_UP_S:SECONDS, not " + text);
  return {parts[0], atof(parts[1].c_str()), uint32_t(atoi(parts[2].c_str())), atof(parts[3].c_str()), atof(parts[4].c_str())};
}

inline Options parse_options(int argc, char **argv) {
  Options options;
  for (int i = 1; i < argc; i++) {
    std::string argument = argv[i];
    auto equals = argument.find('=');
    if (equals == std::string::npos) die(USAGE);
    std::string name = argument.substr(0, equals), value = argument.substr(equals + 1);
    if (name == "protocol") options.protocol = value;
    else if (name == "path") options.path = value;
    else if (name == "publish") options.publish = value;
    else if (name == "payload") options.payload = read_file(value);
    else if (name == "message-id") options.message_id = value;
    else if (name == "port") options.port = atoi(value.c_str());
    else if (name == "viewers") options.viewers = atoi(value.c_str());
    else if (name == "stalled") options.stalled = atoi(value.c_str());
    else if (name == "idle") options.idle_s = atof(value.c_str());
    else if (name == "gated") options.gated = value == "1";
    else if (name == "storm") options.storm_s = atof(value.c_str());
    else if (name == "missed") options.missed = uint32_t(atoi(value.c_str()));
    else if (name == "load") options.loads.push_back(parse_load(value));
    else if (name == "pids") for (auto &pid : split(value, ',')) options.pids.push_back(atoi(pid.c_str()));
    else die("unknown option " + name + "\n" + USAGE);
  }
  if (options.port == 0 || options.viewers <= options.stalled) die(USAGE);
  return options;
}
