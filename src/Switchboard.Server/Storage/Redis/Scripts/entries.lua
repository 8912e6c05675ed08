-- Cached bytes and locks, where plain commands do not do.

local actions = {
  -- KEYS: the entry, the mark of its group. ARGV: the mark of groups that were never flushed, bytes, life in ms.
  -- An entry begins with the mark of its group; with another mark it is none any more.
  keep = function()
    local mark = redis.call('GET', KEYS[2]) or ARGV[2]
    redis.call('SET', KEYS[1], mark .. ARGV[3], 'PX', ARGV[4])
    return 1
  end,

  -- KEYS: the lock. ARGV: the holder.
  release = function()
    return redis.call('GET', KEYS[1]) == ARGV[2] and redis.call('DEL', KEYS[1]) or 0
  end,

  -- KEYS: the lock. ARGV: the holder, life in ms.
  extend = function()
    return redis.call('GET', KEYS[1]) == ARGV[2] and redis.call('PEXPIRE', KEYS[1], ARGV[3]) or 0
  end,
}

return actions[ARGV[1]]()
