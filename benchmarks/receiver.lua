-- SPDX-License-Identifier: MIT
-- wrk posts events, each another one, and tells what it was answered.

local threads = 0

function setup(thread)
    threads = threads + 1
    thread:set("number", threads)
end

function init(arguments)
    sent = 0
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
end

function request()
    sent = sent + 1
    local contact = number * 100000000 + sent
    return wrk.format(nil, nil, nil, string.format(
        "timeStamp=2024-09-%02d+15%%3a%02d%%3a%02d&trigger_type=emailOpened&trigger_description=Email+Opened&channel_type=Email&campaign_id=1958368"
        .. "&group_id=949732&contact%%5bid%%5d=%d&contact%%5bemail%%5d=contact%d%%40example.com&contact%%5bfield1%%5d=&contact%%5bfield125%%5d="
        .. "&ip=203.0.113.7", sent % 30 + 1, sent % 60, sent % 59, contact, contact))
end

function done(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format('{"answers":%d,"refused":%d,"broken":%d,"seconds":%.3f,"p50_ms":%.2f,"p99_ms":%.2f}\n',
        summary.requests, errors.status, errors.connect + errors.read + errors.write + errors.timeout, summary.duration / 1e6,
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
