/**
 * What processes that push to viewers get as `GLIBC_TUNABLES`, unless somebody has set it: copies below 1 MB never by
 * `rep movsb`. Bun copies a batch once for each viewer; where a processor says that `rep movsb` is fast, glibc takes it
 * from 2 KB on, and on AMD's Zen 4 that takes thirty times as long behind the header of a chunk. Read by glibc alone,
 * when a program starts. See ADR 27.
 */
export const glibcTunables = "glibc.cpu.x86_rep_movsb_threshold=1048576";
