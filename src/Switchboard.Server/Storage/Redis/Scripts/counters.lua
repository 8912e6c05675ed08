-- Limits and budgets, all or none in one step. KEYS are the counters; ARGV[1] says what to do with them.
-- Gateway/State/InProcess counts the same way: windows in 60 steps, of which each counts until it is wholly outside.
-- Times are microseconds of this server's clock, so that the gateways' own do not matter.

local SLOTS = 61
local NEVER = -1
local UNKNOWN = -1
local SECOND = 1000000

local clock = redis.call('TIME')
local now = clock[1] * SECOND + clock[2]

-- Large numbers must not come out as 1.7e+15.
local function whole(number)
  return string.format('%.0f', number)
end

-- Moves a window to now. Gives its sum, the step under way, and whether nothing was taken in that step yet.
local function move(key, width)
  local step = math.floor(now / width)
  local known = redis.call('HMGET', key, 'step', 'sum')
  local last, sum = tonumber(known[1]), tonumber(known[2])
  if not last then
    return 0, step, true
  end

  -- All of it has left; or the clock was set back so far that it never would.
  if step - last >= SLOTS or last - step >= SLOTS then
    redis.call('DEL', key)
    return 0, step, true
  end

  if step <= last then
    return sum, last, false
  end

  local slots = {}
  for i = last + 1, step do
    slots[#slots + 1] = i % SLOTS
  end

  local old = redis.call('HMGET', key, unpack(slots))
  for i = 1, #slots do
    sum = sum - (tonumber(old[i]) or 0)
  end

  redis.call('HDEL', key, unpack(slots))
  redis.call('HSET', key, 'step', whole(step), 'sum', whole(sum))
  return sum, step, true
end

-- Adds to a step of a window that was moved; less than nothing never stays.
local function add(key, width, at, step, isFresh, amount)
  local slot = at % SLOTS
  if amount < 0 then
    amount = math.max(amount, -(tonumber(redis.call('HGET', key, slot)) or 0))
  end

  if amount == 0 then
    return
  end

  redis.call('HINCRBY', key, slot, whole(amount))
  redis.call('HINCRBY', key, 'sum', whole(amount))
  if isFresh then
    redis.call('HSET', key, 'step', whole(step))
    redis.call('PEXPIRE', key, math.ceil(width * (SLOTS + 1) / 1000))
  end
end

local function untilRoom(key, width, sum, step, amount, limit)
  local slots = {}
  for i = step - SLOTS + 1, step do
    slots[#slots + 1] = i % SLOTS
  end

  local values = redis.call('HMGET', key, unpack(slots))
  local left = sum
  for i = 1, SLOTS do
    left = left - (tonumber(values[i]) or 0)
    if amount <= limit - left then
      return (step + i) * width - now
    end
  end

  return (step + SLOTS) * width - now
end

-- How a counter stands: { remaining, retry, resets, mark, … what taking needs }.
local look = {
  window = function(key, amount, limit, width)
    local sum, step, isFresh = move(key, width)
    local retry = 0
    if amount > limit then
      retry = NEVER
    elseif amount > limit - sum then
      retry = untilRoom(key, width, sum, step, amount, limit)
    end

    return { math.max(0, limit - sum), retry, sum > 0 and (step + SLOTS) * width - now or 0, step, isFresh }
  end,

  concurrent = function(key, amount, limit)
    redis.call('ZREMRANGEBYSCORE', key, '-inf', whole(now / 1000))
    local running = redis.call('ZCARD', key)
    return { math.max(0, limit - running), running + amount > limit and SECOND or 0, 0, 0 }
  end,

  total = function(key, _, limit, ends)
    local known = redis.call('HMGET', key, 'value', 'made')
    local value = tonumber(known[1])
    if not value then
      return { limit, 0, 0, UNKNOWN }
    end

    local rest = ends > 0 and math.max(1, ends - now) or NEVER
    return { math.max(0, limit - value), value >= limit and rest or 0, math.max(0, rest), tonumber(known[2]) }
  end,
}

local take = {
  window = function(key, amount, width, found)
    add(key, width, found[4], found[4], found[5], amount)
    found[1] = found[1] - amount
    if amount > 0 then
      found[3] = (found[4] + SLOTS) * width - now
    end
  end,

  concurrent = function(key, _, _, found, lease, life)
    redis.call('ZADD', key, whole(now / 1000 + life), lease)
    redis.call('PEXPIRE', key, life + 1000)
    found[1] = found[1] - 1
  end,

  total = function(key, amount, _, found)
    if amount > 0 then
      redis.call('HINCRBY', key, 'value', whole(amount))
      found[1] = math.max(0, found[1] - amount)
    end
  end,
}

local settle = {
  window = function(key, taken, used, width, mark)
    local sum, step, isFresh = move(key, width)
    if mark > step - SLOTS then
      add(key, width, math.min(mark, step), step, isFresh, used - taken)
    elseif used > taken then
      -- Its step has left: what was used beyond the estimate counts now.
      add(key, width, step, step, isFresh, used - taken)
    end
  end,

  concurrent = function(key, _, _, _, _, lease)
    redis.call('ZREM', key, lease)
  end,

  -- What was taken from a total that was made anew since is not in it.
  total = function(key, taken, used, _, mark)
    local known = redis.call('HMGET', key, 'value', 'made')
    local value = tonumber(known[1])
    if value then
      local change = tonumber(known[2]) == mark and used - taken or used
      redis.call('HINCRBY', key, 'value', whole(math.max(change, -value)))
    end
  end,
}

-- ARGV: 'reserve' or 'peek', lease, its life in ms, then for each counter its kind, amount, limit, and the width of a
-- window's step or the end of a total. Gives { 0 granted, 1 refused, 2 a total is unknown, then what look gives }.
local function reserve(takes)
  local lease, life = ARGV[2], tonumber(ARGV[3])
  local found, outcome = {}, 0
  for i, key in ipairs(KEYS) do
    local at = i * 4
    found[i] = look[ARGV[at]](key, tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]))
    if found[i][2] ~= 0 then
      outcome = 1
    elseif found[i][4] == UNKNOWN and outcome == 0 then
      outcome = 2
    end
  end

  local answer = { outcome }
  for i, key in ipairs(KEYS) do
    local at = i * 4
    if takes and outcome == 0 then
      take[ARGV[at]](key, tonumber(ARGV[at + 1]), tonumber(ARGV[at + 3]), found[i], lease, life)
    end

    for part = 1, 4 do
      answer[#answer + 1] = found[i][part]
    end
  end

  return answer
end

local actions = {
  reserve = function() return reserve(true) end,
  peek = function() return reserve(false) end,

  -- ARGV: lease, then for each counter its kind, what was taken, what was used, its width, its mark.
  settle = function()
    for i, key in ipairs(KEYS) do
      local at = i * 5 - 2
      settle[ARGV[at]](key, tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4]), ARGV[2])
    end
  end,

  -- ARGV: the life of the leases in ms, then a lease for each counter.
  renew = function()
    local life = tonumber(ARGV[2])
    for i, key in ipairs(KEYS) do
      redis.call('ZADD', key, whole(now / 1000 + life), ARGV[i + 2])
      redis.call('PEXPIRE', key, life + 1000)
    end
  end,

  -- ARGV: a total's value, the mark of its making, its life in ms.
  seed = function()
    if redis.call('EXISTS', KEYS[1]) == 0 then
      redis.call('HSET', KEYS[1], 'value', ARGV[2], 'made', ARGV[3])
      redis.call('PEXPIRE', KEYS[1], ARGV[4])
    end
  end,
}

return actions[ARGV[1]]() or 0
