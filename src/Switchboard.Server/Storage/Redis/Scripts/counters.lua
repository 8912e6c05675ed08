-- Limits and budgets: what has gathered at a gateway in one step. KEYS are the counters; ARGV[1] says what to do with them.
-- Gateway/State/InProcess counts the same way: windows in 60 steps, of which each counts until it is wholly outside.
-- Times are microseconds of this server's clock, so that the gateways' own do not matter.

local SLOTS = 61
local NEVER = -1
local UNKNOWN = -1
local SECOND = 1000000
local GRANTED, REFUSED, UNSEEDED = 0, 1, 2

local clock = redis.call('TIME')
local now = clock[1] * SECOND + clock[2]

-- Large numbers must not come out as 1.7e+15.
local function whole(number)
  return string.format('%.0f', number)
end

-- Of a batch: who sends it, and how long its places in concurrent counters live without being renewed, in ms.
local node, life = ARGV[2], tonumber(ARGV[3])

local function slotOf(counter, at)
  local slot = at % SLOTS
  counter.slots[slot] = counter.slots[slot] or tonumber(redis.call('HGET', counter.key, slot)) or 0
  return slot
end

-- Adds to a step of a window; less than nothing never stays.
local function add(counter, at, amount)
  local slot = slotOf(counter, at)
  local after = math.max(0, counter.slots[slot] + amount)
  counter.sum = counter.sum + after - counter.slots[slot]
  counter.slots[slot] = after
  counter.changed[slot] = after
end

local function untilRoom(counter, amount, limit)
  local slots = {}
  for i = counter.step - SLOTS + 1, counter.step do
    slots[#slots + 1] = i % SLOTS
  end

  local values = redis.call('HMGET', counter.key, unpack(slots))
  local left = counter.sum
  for i = 1, SLOTS do
    left = left - (counter.slots[slots[i]] or tonumber(values[i]) or 0)
    if amount <= limit - left then
      return (counter.step + i) * counter.width - now
    end
  end

  return (counter.step + SLOTS) * counter.width - now
end

-- Whole amounts in what is left; of nothing as many as come, unless the limit is passed.
local function fitting(amount, room, many)
  return amount == 0 and (room >= 0 and many or 0) or math.max(0, math.floor(room / amount))
end

-- A key of a window has the step that it was moved to, the sum of all steps, and what was taken in each.
local window = {
  read = function(key, width)
    local step = math.floor(now / width)
    local counter = { key = key, width = width, step = step, sum = 0, slots = {}, changed = {} }
    local known = redis.call('HMGET', key, 'step', 'sum', step % SLOTS)
    local last = tonumber(known[1])
    counter.slots[step % SLOTS] = tonumber(known[3]) or 0
    if not last then
      counter.isMoved = true
      return counter
    end

    -- All of it has left; or the clock was set back so far that it never would.
    if step - last >= SLOTS or last - step >= SLOTS then
      redis.call('DEL', key)
      counter.slots[step % SLOTS] = 0
      counter.isMoved = true
      return counter
    end

    counter.sum = tonumber(known[2])
    if step <= last then
      counter.step = last
      return counter
    end

    local slots = {}
    for i = last + 1, step do
      slots[#slots + 1] = i % SLOTS
    end

    local old = redis.call('HMGET', key, unpack(slots))
    for i = 1, #slots do
      counter.sum = counter.sum - (tonumber(old[i]) or 0)
      counter.slots[slots[i]] = 0
    end

    redis.call('HDEL', key, unpack(slots))
    counter.isMoved, counter.isKept = true, true
    return counter
  end,

  change = function(counter, mark, change, otherwise)
    if mark > counter.step - SLOTS then
      add(counter, math.min(mark, counter.step), change)
    elseif otherwise > 0 then
      -- Its step has left: what was used beyond the estimate counts now.
      add(counter, counter.step, otherwise)
    end
  end,

  room = function(counter, limit) return limit - counter.sum end,
  fits = fitting,
  take = function(counter, amount) add(counter, counter.step, amount) end,

  retry = function(counter, amount, limit)
    if amount > limit then
      return NEVER
    end

    return amount > limit - counter.sum and untilRoom(counter, amount, limit) or 0
  end,

  resets = function(counter) return counter.sum > 0 and (counter.step + SLOTS) * counter.width - now or 0 end,
  mark = function(counter) return counter.step end,

  write = function(counter)
    if not counter.isKept and not next(counter.changed) then
      return
    end

    local fields = { 'step', whole(counter.step), 'sum', whole(counter.sum) }
    for slot, amount in pairs(counter.changed) do
      fields[#fields + 1] = slot
      fields[#fields + 1] = whole(amount)
    end

    redis.call('HSET', counter.key, unpack(fields))
    if counter.isMoved then
      redis.call('PEXPIRE', counter.key, math.ceil(counter.width * (SLOTS + 1) / 1000))
    end
  end,
}

-- A key of calls at once has a place for each node: how many calls it runs, and until when that holds, in ms.
local concurrent = {
  read = function(key)
    local counter = { key = key, running = 0, mine = 0, ends = 0 }
    local places = redis.call('HGETALL', key)
    for i = 1, #places, 2 do
      local calls, ends = string.match(places[i + 1], '(%d+) (%d+)')
      calls, ends = tonumber(calls), tonumber(ends)
      if ends * 1000 <= now then
        redis.call('HDEL', key, places[i])
      else
        counter.running = counter.running + calls
        if places[i] == node then
          counter.mine, counter.ends = calls, ends
        end
      end
    end

    counter.found = counter.mine
    return counter
  end,

  change = function(counter, _, change)
    local after = math.max(0, counter.mine + change)
    counter.running = counter.running + after - counter.mine
    counter.mine = after
  end,

  room = function(counter, limit) return limit - counter.running end,
  fits = fitting,

  take = function(counter, amount)
    counter.running = counter.running + amount
    counter.mine = counter.mine + amount
  end,

  retry = function(counter, amount, limit) return amount > limit - counter.running and SECOND or 0 end,
  resets = function() return 0 end,
  mark = function() return 0 end,

  -- Renewals come four times in a life; what changes in between lives on as it is.
  write = function(counter)
    local isShort = counter.isRenewed or counter.ends - now / 1000 < life / 2
    if counter.mine == 0 then
      if counter.found > 0 then
        redis.call('HDEL', counter.key, node)
      end
    elseif counter.mine ~= counter.found or counter.isRenewed then
      local ends = isShort and whole(now / 1000 + life) or whole(counter.ends)
      redis.call('HSET', counter.key, node, whole(counter.mine) .. ' ' .. ends)
      if isShort then
        redis.call('PEXPIRE', counter.key, life + 1000)
      end
    end
  end,
}

-- A key of a total has its value, and the mark of its making.
local total = {
  read = function(key, ends)
    local known = redis.call('HMGET', key, 'value', 'made')
    local value = tonumber(known[1])
    return { key = key, ends = ends, value = value, found = value, made = tonumber(known[2]) }
  end,

  -- What was taken from a total that was made anew since is not in it.
  change = function(counter, mark, change, otherwise)
    if counter.value then
      counter.value = math.max(0, counter.value + (counter.made == mark and change or otherwise))
    end
  end,

  room = function(counter, limit) return limit - (counter.value or 0) end,

  -- The last may pass the limit.
  fits = function(amount, room, many, counter)
    if not counter.value or room <= 0 then
      return 0
    end

    return amount == 0 and many or math.ceil(room / amount)
  end,

  take = function(counter, amount) counter.value = counter.value + amount end,

  retry = function(counter, _, limit)
    if not counter.value or counter.value < limit then
      return 0
    end

    return counter.ends > 0 and math.max(1, counter.ends - now) or NEVER
  end,

  resets = function(counter) return counter.value and counter.ends > 0 and math.max(1, counter.ends - now) or 0 end,
  mark = function(counter) return counter.value and counter.made or UNKNOWN end,

  write = function(counter)
    if counter.value ~= counter.found then
      redis.call('HSET', counter.key, 'value', whole(counter.value))
    end
  end,
}

local kinds = { w = window, c = concurrent, t = total }

-- ARGV: the node, the life of its places, how many changes, renewals and groups there are; for each counter its kind, and
-- the width of a window's step or the end of a total. Then
--   changes:  the counter, the mark of what was taken, the change, and the change if the mark holds no more
--   renewals: the counter, how many calls the node runs
--   groups:   how many calls, how many counters, and for each of those the counter, the amount, the limit
-- Gives for each group how many calls were granted, what became of the others, and for each of its counters what was left
-- before, when another of these calls will fit, when all is free, and the mark. A group of no calls only looks.
local function batch()
  local counters = {}
  local at = 7
  local function number()
    at = at + 1
    return tonumber(ARGV[at - 1])
  end

  for i, key in ipairs(KEYS) do
    local kind = kinds[ARGV[at]]
    counters[i] = kind.read(key, tonumber(ARGV[at + 1]))
    counters[i].kind = kind
    at = at + 2
  end

  for _ = 1, tonumber(ARGV[4]) do
    local counter = counters[number()]
    counter.kind.change(counter, number(), number(), number())
  end

  for _ = 1, tonumber(ARGV[5]) do
    local counter, calls = counters[number()], number()
    concurrent.change(counter, 0, calls - counter.mine)
    counter.isRenewed = true
  end

  local answer = {}
  for _ = 1, tonumber(ARGV[6]) do
    local calls, parts = number(), number()
    local group, granted, isSeeded = {}, calls, true
    for i = 1, parts do
      local part = { counter = counters[number()], amount = number(), limit = number() }
      local counter = part.counter
      part.room = counter.kind.room(counter, part.limit)
      granted = math.min(granted, counter.kind.fits(part.amount, part.room, calls, counter))
      isSeeded = isSeeded and counter.kind.mark(counter) ~= UNKNOWN
      group[i] = part
    end

    local head = #answer + 1
    answer[head], answer[head + 1] = granted, GRANTED
    for _, part in ipairs(group) do
      local counter, amount = part.counter, part.amount
      if granted > 0 and amount > 0 then
        counter.kind.take(counter, granted * amount)
      end

      local retry = (granted < calls or calls == 0) and counter.kind.retry(counter, amount, part.limit) or 0
      if retry ~= 0 then
        answer[head + 1] = REFUSED
      end

      local last = #answer
      answer[last + 1], answer[last + 2] = part.room, retry
      answer[last + 3], answer[last + 4] = counter.kind.resets(counter), counter.kind.mark(counter)
    end

    if answer[head + 1] == GRANTED and not isSeeded then
      answer[head + 1] = UNSEEDED
    end
  end

  for _, counter in ipairs(counters) do
    counter.kind.write(counter)
  end

  return answer
end

local actions = {
  batch = batch,

  -- ARGV: a total's value, the mark of its making, its life in ms. One that is there is raised to that value.
  seed = function()
    local known = redis.call('HGET', KEYS[1], 'value')
    if not known then
      redis.call('HSET', KEYS[1], 'value', ARGV[2], 'made', ARGV[3])
      redis.call('PEXPIRE', KEYS[1], ARGV[4])
    elseif tonumber(known) < tonumber(ARGV[2]) then
      redis.call('HSET', KEYS[1], 'value', ARGV[2])
    end
  end,
}

return actions[ARGV[1]]() or 0
