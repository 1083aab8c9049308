import { RedisScript } from "./redis_client.ts";

/**
 * The keys of the scripts, in their order: the stream of batches, the hash that tells of it, and the
 * lock of whoever begins it anew. The braces keep them together where keys are spread over servers.
 */
export const KEYS = ["{mini-torrent}:log", "{mini-torrent}:about", "{mini-torrent}:lock"] as const;

/**
 * Version 1: `about` holds `format`, `records` (in all batches), `cut` (the number of the newest batch
 * that was forgotten) and `life`, another one when it began anew or went back to what it was before. A batch is an entry `NUMBER-0`, its number the time of the server in
 * milliseconds, or one more than the last. Its fields: `w` the writer, `t` when it was written, `n` how
 * many records, `s` the first bytes of the SHA-256 of `d`, the records.
 *
 * Every script ends early where something else stands under the keys. Its first arguments are the
 * number of the newest batch that the caller knows, and the life in which it did; it answers how all
 * stands: the time, the newest number, the records, the life, and 1 where that is another one, or the
 * known batch is neither there nor forgotten.
 */
const HEAD = `
local log, about, lock = KEYS[1], KEYS[2], KEYS[3]
local function kind(key) return redis.call('TYPE', key).ok end
local there = kind(log) == 'stream'
if kind(log) ~= 'none' and not there then return redis.error_reply('FOREIGN log') end
if kind(about) ~= 'none' and kind(about) ~= 'hash' then return redis.error_reply('FOREIGN about') end
local format = redis.call('HGET', about, 'format')
if not format and (there or kind(about) == 'hash') then return redis.error_reply('FOREIGN log') end
if format and tonumber(format) == nil then return redis.error_reply('FOREIGN format') end
if format and tonumber(format) > 1 then return redis.error_reply('NEWER format') end
local function number(text) return tonumber(string.match(text or '', '^%d+') or '0') end
local function newest()
  if not there then return number(redis.call('HGET', about, 'cut') or '0') end
  local info = redis.call('XINFO', 'STREAM', log)
  for at = 1, #info, 2 do
    if info[at] == 'last-generated-id' then return number(info[at + 1]) end
  end
  return 0
end
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
local function text(value) return string.format('%.0f', value) end
local known, life, lost = number(ARGV[1]), redis.call('HGET', about, 'life') or '', 0
if ARGV[2] ~= '' and ARGV[2] ~= life then
  lost = 1
elseif known > number(redis.call('HGET', about, 'cut') or '0') then
  local id = text(known) .. '-0'
  if not there or #redis.call('XRANGE', log, id, id) == 0 then
    lost, life = 1, text(now)
    redis.call('HSET', about, 'life', life)
  end
end
local function state()
  return { text(now), text(newest()), redis.call('HGET', about, 'records') or '0', life, lost }
end
`;

/** Arguments: writer, time, count, sum, records. Answers the number of the batch, and how all stands. */
export const APPEND = new RedisScript(`${HEAD}
if not format then
  life = text(now)
  redis.call('HSET', about, 'format', '1', 'life', life)
end
local id = math.max(now, newest() + 1)
redis.call('XADD', log, text(id) .. '-0',
  'w', ARGV[3], 't', ARGV[4], 'n', ARGV[5], 's', ARGV[6], 'd', ARGV[7])
there = true
redis.call('HINCRBY', about, 'records', ARGV[5])
return { text(id), state() }
`);

/**
 * Arguments: the id from which to read, how many batches and how many bytes at most, the first batch
 * aside, and how many one may have. Answers how all stands, the entries with their fields, and 1 if
 * there are more; a batch that is longer comes without its fields.
 */
export const READ = new RedisScript(`${HEAD}
local found, length = {}, 0
local entries = there and redis.call('XRANGE', log, ARGV[3], '+', 'COUNT', ARGV[4]) or {}
for at = 1, #entries do
  local size = 0
  for field = 1, #entries[at][2] do size = size + #entries[at][2][field] end
  if size > tonumber(ARGV[6]) then entries[at][2], size = {}, 0 end
  length = length + size
  if at > 1 and length > tonumber(ARGV[5]) then break end
  found[at] = entries[at]
end
local more = (#found < #entries or #entries == tonumber(ARGV[4])) and 1 or 0
return { state(), found, more }
`);

/** Arguments: the newest number that may go, and how many. Answers 1 if there are more, and as above. */
export const FORGET = new RedisScript(`${HEAD}
local old = there and redis.call('XRANGE', log, '-', ARGV[3], 'COUNT', tonumber(ARGV[4]) + 1) or {}
local records, last = 0, 0
for at = 1, math.min(#old, tonumber(ARGV[4])) do
  local fields = old[at][2]
  for field = 1, #fields, 2 do
    local count = fields[field] == 'n' and tonumber(fields[field + 1]) or 0
    if count > 0 and count < 1e9 then records = records + count end
  end
  last = number(old[at][1])
  redis.call('XDEL', log, old[at][1])
end
if last > 0 then
  local cut = number(redis.call('HGET', about, 'cut') or '0')
  redis.call('HSET', about, 'cut', text(math.max(cut, last)))
  local before = tonumber(redis.call('HGET', about, 'records') or '0') or 0
  redis.call('HSET', about, 'records', text(math.max(0, before - records)))
end
return { #old > tonumber(ARGV[4]) and 1 or 0, state() }
`);

/** Arguments: the writer, and for how many milliseconds. Answers 1 if it has the lock now. */
export const CLAIM = new RedisScript(`${HEAD}
if kind(lock) ~= 'none' and kind(lock) ~= 'string' then return redis.error_reply('FOREIGN lock') end
if redis.call('GET', lock) == ARGV[3] then
  redis.call('PEXPIRE', lock, ARGV[4])
  return 1
end
return redis.call('SET', lock, ARGV[3], 'NX', 'PX', ARGV[4]) and 1 or 0
`);
