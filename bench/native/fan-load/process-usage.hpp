#pragma once
#include <sys/resource.h>
#include <unistd.h>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

struct Usage {
  double cpu_s = 0;
  double rss_kb = 0;
};

/* What processes have used so far, all their threads together (see proc(5)). */
inline Usage usage_of(const std::vector<int> &pids) {
  Usage sum;
  for (int pid : pids) {
    char text[1024];
    FILE *file = fopen(("/proc/" + std::to_string(pid) + "/stat").c_str(), "r");
    if (file == nullptr) continue;
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    // The name, in parentheses, may hold spaces: fields are counted from its end.
    const char *name_end = strrchr(text, ')');
    unsigned long user, system;
    long pages;
    const char *form = " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d %*d %*d %*d %*d %*u %*u %ld";
    if (name_end == nullptr || sscanf(name_end + 1, form, &user, &system, &pages) != 3) continue;
    sum.cpu_s += double(user + system) / double(sysconf(_SC_CLK_TCK));
    sum.rss_kb += double(pages) * double(sysconf(_SC_PAGESIZE)) / 1024;
  }
  return sum;
}

inline double own_cpu_s() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}
