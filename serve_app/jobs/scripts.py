"""The changes of a job's record, each one script, so that no two of them mix.

Redis runs a script as a whole. `now` is the server's clock, in seconds. A script that frees memory or ends a job may
run where memory is full (allow-oom); those that add a picture may not.

Keys:

    visage:job:ID            a hash: the record
    visage:job:ID:photo      the upload, and :reference the ground truth
    visage:job:ID:pieces     a hash: what is finished of a film
    visage:job:ID:share:NAME who works on a part of it; it goes by itself after the lease
    visage:job:ID:picture    the result, and :details what is said about it, which may hold faces
    visage:job:ID:events     a list: the progress of the present attempt
    visage:waiting           ids by the time of their submission
    visage:due               ids by the time at which somebody should look after them: a lease that ends, a next try
    visage:notes             ids of jobs that have ended and have a webhook, by the time of the next try
    visage:durations         seconds of the last jobs for photos
"""

from __future__ import annotations

_COMMON = """
local id = ARGV[1]
local job = 'visage:job:' .. id
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local function drop_photo() redis.call('DEL', job .. ':photo', job .. ':reference', job .. ':pieces') end
local function tell()
    if redis.call('HEXISTS', job, 'webhook') == 1 then redis.call('ZADD', 'visage:notes', now, id) end
end
local function ended(record_s)
    drop_photo()
    tell()
    redis.call('HSET', job, 'finished', now)
    redis.call('ZREM', 'visage:waiting', id)
    redis.call('ZREM', 'visage:due', id)
    redis.call('EXPIRE', job, record_s)
    redis.call('EXPIRE', job .. ':events', record_s)
end
local function mine(fence)
    return redis.call('HGET', job, 'state') == 'running' and redis.call('HGET', job, 'fence') == fence
end
"""
_IN_MEMORY = "#!lua\n" + _COMMON
_ALWAYS = "#!lua flags=allow-oom\n" + _COMMON

SUBMIT = (
    _IN_MEMORY
    + """
local most, wait_s, record_s, look_s, photo, reference = unpack(ARGV, 2, 7)
redis.call('ZREMRANGEBYSCORE', 'visage:waiting', '-inf', now - wait_s)
if redis.call('ZCARD', 'visage:waiting') >= tonumber(most) then return 0 end
redis.call('SET', job .. ':photo', photo, 'EX', wait_s)
if reference ~= '' then redis.call('SET', job .. ':reference', reference, 'EX', wait_s) end
redis.call('HSET', job, 'state', 'queued', 'created', now, 'fence', 0, 'attempts', 0, unpack(ARGV, 8))
redis.call('EXPIRE', job, record_s)
redis.call('ZADD', 'visage:waiting', now, id)
redis.call('ZADD', 'visage:due', now + look_s, id)
return 1
"""
)
"""id, most that wait, seconds for photo, record and until somebody looks, photo, reference, fields...; 1 or 0."""

READ = (
    _ALWAYS
    + """
return {
    redis.call('HGETALL', job),
    redis.call('EXISTS', job .. ':photo'),
    redis.call('EXISTS', job .. ':picture'),
    redis.call('ZRANK', 'visage:waiting', id),
    redis.call('LRANGE', 'visage:durations', 0, -1),
}
"""
)
"""id; the record, whether there are a photo and a picture, the jobs ahead of it, and recent durations.

A script and no transaction, which the server refuses where its memory is full.
"""

FORGET = (
    _ALWAYS
    + """
drop_photo()
redis.call('DEL', job)
redis.call('ZREM', 'visage:waiting', id)
redis.call('ZREM', 'visage:due', id)
"""
)
"""id."""

CLAIM = (
    _ALWAYS
    + """
local lease_s, hold_s, record_s = unpack(ARGV, 2, 4)
if redis.call('HGET', job, 'state') ~= 'queued' then return false end
redis.call('ZREM', 'visage:waiting', id)
if redis.call('EXPIRE', job .. ':photo', hold_s) == 0 then
    redis.call('ZREM', 'visage:due', id)
    return false
end
redis.call('EXPIRE', job .. ':reference', hold_s)
redis.call('EXPIRE', job, record_s)
redis.call('DEL', job .. ':events')
redis.call('HSET', job, 'state', 'running', 'started', now, 'stage', '', 'percent', 0, 'eta_ms', '')
redis.call('ZADD', 'visage:due', now + lease_s, id)
return {redis.call('HINCRBY', job, 'fence', 1), redis.call('HINCRBY', job, 'attempts', 1)}
"""
)
"""id, seconds of the lease, for the photo, for the record; the fence and the attempt, or nothing."""

BEAT = (
    _ALWAYS
    + """
local fence, lease_s, hold_s, record_s, stage, percent, eta_ms = unpack(ARGV, 2, 8)
if not mine(fence) then return 0 end
redis.call('ZADD', 'visage:due', now + lease_s, id)
redis.call('HSET', job, 'stage', stage, 'percent', percent, 'eta_ms', eta_ms)
redis.call('EXPIRE', job .. ':photo', hold_s)
redis.call('EXPIRE', job .. ':pieces', hold_s)
redis.call('EXPIRE', job, hold_s + record_s)
for index = 9, #ARGV do redis.call('RPUSH', job .. ':events', ARGV[index]) end
redis.call('EXPIRE', job .. ':events', record_s)
return 1
"""
)
"""id, fence, seconds of the lease, for the photo, for the events, stage, percent, milliseconds left or nothing,
events...; 0 where the job is no longer ours."""

_SHARES = """
local function works_on_it(fence)
    if fence ~= '' then return mine(fence) end
    local state = redis.call('HGET', job, 'state')
    return state == 'running' or state == 'queued'
end
"""
"""The holder of the job has a fence; who only helps has none, and may go on while another holder is looked for."""

TAKE_SHARE = (
    _IN_MEMORY
    + _SHARES
    + """
local fence, share, who, lease_ms = unpack(ARGV, 2, 5)
if not works_on_it(fence) then return 0 end
local key = job .. ':share:' .. share
if redis.call('GET', key) == who then return redis.call('PEXPIRE', key, lease_ms) end
return redis.call('SET', key, who, 'NX', 'PX', lease_ms) and 1 or 0
"""
)
"""id, fence or nothing, share, who, milliseconds of the lease; 0 where another has it or the job has ended.

Taking again what one has renews it; nobody else may have had it meanwhile, because it would be theirs.
"""

RELEASE_SHARE = (
    _ALWAYS
    + """
local key = job .. ':share:' .. ARGV[2]
if redis.call('GET', key) == ARGV[3] then redis.call('DEL', key) end
"""
)
"""id, share, who."""

KEEP_PIECE = (
    _IN_MEMORY
    + _SHARES
    + """
local fence, share, who, hold_s, name, data = unpack(ARGV, 2, 7)
if not works_on_it(fence) or redis.call('GET', job .. ':share:' .. share) ~= who then return 0 end
redis.call('HSET', job .. ':pieces', name, data)
redis.call('EXPIRE', job .. ':pieces', hold_s)
return 1
"""
)
"""id, fence or nothing, share, who, seconds for the pieces, name, piece; 0 where the share is no longer ours."""

SUCCEED = (
    _IN_MEMORY
    + """
local fence, result_s, record_s, details, picture = unpack(ARGV, 2, 6)
if not mine(fence) then return 0 end
redis.call('SET', job .. ':picture', picture, 'EX', result_s)
redis.call('SET', job .. ':details', details, 'EX', result_s)
redis.call('HSET', job, 'state', 'succeeded', 'percent', 100)
if redis.call('HGET', job, 'kind') ~= 'film' then
    redis.call('LPUSH', 'visage:durations', now - redis.call('HGET', job, 'started'))
    redis.call('LTRIM', 'visage:durations', 0, 19)
end
ended(record_s)
return 1
"""
)
"""id, fence, seconds for the result, for the record, details, picture; 0 where the job is no longer ours."""

FAIL = (
    _ALWAYS
    + """
local fence, record_s, error = unpack(ARGV, 2, 4)
if not mine(fence) then return 0 end
redis.call('HSET', job, 'state', 'failed', 'error', error)
ended(record_s)
return 1
"""
)
"""id, fence, seconds for the record, error; 0 where the job is no longer ours."""

RELEASE = (
    _ALWAYS
    + """
local fence, pause_s = unpack(ARGV, 2, 3)
if not mine(fence) then return 0 end
redis.call('HSET', job, 'state', 'queued')
redis.call('ZADD', 'visage:waiting', redis.call('HGET', job, 'created'), id)
redis.call('ZADD', 'visage:due', now + pause_s, id)
return 1
"""
)
"""id, fence, seconds until the next attempt; 0 where the job is no longer ours."""

CANCEL = (
    _ALWAYS
    + """
local record_s = ARGV[2]
local state = redis.call('HGET', job, 'state')
if state == 'queued' or state == 'running' then
    redis.call('HSET', job, 'state', 'cancelled')
    ended(record_s)
else
    redis.call('DEL', job .. ':picture', job .. ':details')
end
return 1
"""
)
"""id, seconds for the record."""

SWEEP = (
    _ALWAYS
    + """
local most_attempts, look_s, record_s, lost = unpack(ARGV, 2, 5)
local again = {}
for _, found in ipairs(redis.call('ZRANGEBYSCORE', 'visage:due', '-inf', now, 'LIMIT', 0, 100)) do
    id, job = found, 'visage:job:' .. found
    local state = redis.call('HGET', job, 'state')
    local alive = redis.call('EXISTS', job .. ':photo') == 1
    if state == 'running' and tonumber(redis.call('HGET', job, 'attempts')) >= tonumber(most_attempts) then
        redis.call('HSET', job, 'state', 'failed', 'error', lost)
        ended(record_s)
    elseif alive and (state == 'running' or state == 'queued') then
        if state == 'running' then
            redis.call('HSET', job, 'state', 'queued')
            redis.call('ZADD', 'visage:waiting', redis.call('HGET', job, 'created'), id)
        end
        redis.call('ZADD', 'visage:due', now + look_s, id)
        again[#again + 1] = id
    else
        if state == 'queued' then tell() end
        redis.call('ZREM', 'visage:waiting', id)
        redis.call('ZREM', 'visage:due', id)
    end
end
return again
"""
)
"""(unused), attempts of a job, seconds until somebody looks again, for the record, error; the ids to enqueue."""

NOTES = (
    _ALWAYS
    + """
local found = {}
for _, each in ipairs(redis.call('ZRANGEBYSCORE', 'visage:notes', '-inf', now, 'LIMIT', 0, 20)) do
    local url = redis.call('HGET', 'visage:job:' .. each, 'webhook')
    local pause_s = url and ARGV[1 + redis.call('HINCRBY', 'visage:job:' .. each, 'tries', 1)]
    if pause_s then
        redis.call('ZADD', 'visage:notes', now + pause_s, each)
    else
        redis.call('ZREM', 'visage:notes', each)
    end
    if url then
        found[#found + 1] = each
        found[#found + 1] = url
    end
end
return found
"""
)
"""(unused), seconds after the first try, the second...; pairs of an id and its webhook, each due for one try."""
