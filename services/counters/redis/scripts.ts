// What Redis runs, each at one moment. A key holds three numbers: the count, until when it lasts, and how often it was taken back.

/**
 * The third number tells which of two knows more: a server that saw the same number or a later one, and a higher count, remembers
 * what Redis has lost (it was started again empty, pushed the key out, or went back to an older copy of itself).
 */
const reading = `
local now = tonumber(ARGV[1])
local function read(key)
  local value = redis.call('GET', key)
  local count, till, back = string.match(value or '', '^(%d+) (%d+) (%d+)$')
  if count == nil or tonumber(till) <= now then return nil end
  return tonumber(count), tonumber(till), tonumber(back)
end
local function write(key, count, till, back)
  -- A minute more, for servers whose clocks go behind.
  redis.call('SET', key, string.format('%.0f %.0f %.0f', count, till, back), 'PX', string.format('%.0f', till - now + 60000))
end
`;

/**
 * Adds to each key, unless that would be more than its most: then to none.
 * ARGV: now, how much; for each key its most (-1 for any), until when a new count lasts; what the server knows: count, until, taken
 * back; 1 where that was counted while Redis was away, and holds whatever Redis has.
 * Returns the place of the key that is full, from 1 on, or 0; then count, until, taken back of each key.
 */
export const ADD = `${reading}
local by = tonumber(ARGV[2])
local full = 0
local answer = { 0 }
for at, key in ipairs(KEYS) do
  local first = 3 + (at - 1) * 6
  local most = tonumber(ARGV[first])
  local knownCount, knownTill, knownBack = tonumber(ARGV[first + 2]), tonumber(ARGV[first + 3]), tonumber(ARGV[first + 4])
  local isAway = ARGV[first + 5] == '1'
  local count, till, back = read(key)
  if knownTill > now and (count == nil or (knownCount > count and (isAway or knownBack >= back))) then
    count, till, back = knownCount, math.max(till or 0, knownTill), math.max(back or 0, knownBack)
    write(key, count, till, back)
  end
  if count == nil then count, till, back = 0, tonumber(ARGV[first + 1]), 0 end
  if full == 0 and most >= 0 and count + by > most then full = at end
  answer[#answer + 1] = count
  answer[#answer + 1] = till
  answer[#answer + 1] = back
end
answer[1] = full
if full == 0 and by > 0 then
  for at, key in ipairs(KEYS) do
    local place = (at - 1) * 3 + 2
    answer[place] = answer[place] + by
    write(key, answer[place], answer[place + 1], answer[place + 2])
  end
end
return answer
`;

/** Takes from a count: ARGV now, how much; more than there is leaves 0. Returns count, until, taken back; 0 0 0 where there was none. */
export const TAKE_BACK = `${reading}
local count, till, back = read(KEYS[1])
if count == nil then return { 0, 0, 0 } end
count = math.max(0, count - tonumber(ARGV[2]))
write(KEYS[1], count, till, back + 1)
return { count, till, back + 1 }
`;
