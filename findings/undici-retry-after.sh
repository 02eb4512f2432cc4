#!/usr/bin/env bash
# undici 7.30.2 (npm): RetryAgent waits for a `Retry-After` no longer than for its own `maxTimeout`, 30 seconds by default.
#
# Guess:  a server that answers 429 with `Retry-After: 3` is left alone for 3 seconds, and where that is longer than the
#         longest wait that is allowed, the request fails.
# Seen:   `maxTimeout` cuts what the server asked for: with half a second allowed, three requests go out in about one second.
# Hurts:  an API that asks for two minutes is asked again after 30 seconds, five times; APIs that count such requests
#         lengthen the ban. RFC 9110, section 10.2.3, calls it how long the client ought to wait.
set -euo pipefail
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cd "$directory"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . undici@7.30.2

cat >retry.mjs <<'END'
import { createServer } from 'node:http'
import { Agent, RetryAgent, request } from 'undici'

const at = []
const server = createServer((_, response) => {
  at.push(performance.now())
  if (at.length < 3) response.writeHead(429, { 'retry-after': '3' })
  response.end()
})
server.listen(0, '127.0.0.1', async () => {
  const dispatcher = new RetryAgent(new Agent(), { maxTimeout: 500 })
  const { statusCode } = await request(`http://127.0.0.1:${server.address().port}/`, { dispatcher })
  const shortest = Math.min(at[1] - at[0], at[2] - at[1])
  console.log(`${statusCode} by request ${at.length}, ${shortest < 3000 ? 'before' : 'after'} the 3 seconds were over`)
  server.close()
  dispatcher.close()
})
END
seen=$(node retry.mjs)
expected='200 by request 3, before the 3 seconds were over'
[ "$seen" = "$expected" ] || { printf 'changed; it is now:\n%s\n' "$seen" >&2 && exit 1; }
printf 'as stated:\n%s\n' "$seen"
