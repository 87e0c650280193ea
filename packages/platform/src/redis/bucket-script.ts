/**
 * `takeFromBucket` of @barrage/domain, in Redis and by its clock: a test compares the two.
 * KEYS[1] the bucket; ARGV token (µs), capacity, cost. Answers allowed (0 or 1), wait (ms), now (µs).
 * Numbers are doubles in Lua too, and `%.0f` writes them in full where tostring would round.
 */
export const bucketScript = `
local time = redis.call("TIME")
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local token, capacity, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = tonumber(redis.call("GET", KEYS[1]) or "0")
local next = math.max(full, now) + cost * token
local wait = next - capacity * token - now
local text = string.format("%.0f", now)
if wait > 0 then return { 0, math.ceil(wait / 1000), text } end
redis.call("SET", KEYS[1], string.format("%.0f", next), "PX", math.max(1, math.ceil((next - now) / 1000)))
return { 1, 0, text }
`;
