// What a list of 20 tasks costs over MCP beside the same over REST, in turns on one server:
//
//   node bench/mcp.mjs
//
// Needs wrk. $TODOD is the binary, build/release/todod where it is not set; $DATABASE_URL another
// database than the embedded one, which should be empty.
import {start} from '../tests/e2e/support/server.mjs';
import {fill, load, median} from './wrk.mjs';

const TASKS = 30;
const LIMIT = 20;
const CONNECTIONS = 32;
const SECONDS = 3;
const ROUNDS = 5;

const call = {
  jsonrpc: '2.0', id: 1, method: 'tools/call',
  params: {name: 'list_tasks', arguments: {limit: LIMIT}},
};
const ways = {
  rest: [['GET', `/api/tasks?limit=${LIMIT}`]],
  mcp: [['POST', '/mcp', call]],
};

const env = {RATE_LIMIT_ENABLED: false};
if (process.env.DATABASE_URL) env.DATABASE_URL = process.env.DATABASE_URL;
const server = await start({env});
try {
  await fill(server, TASKS);
  const rates = {rest: [], mcp: []};
  for (let round = 0; round < ROUNDS; ++round) {
    for (const [way, requests] of Object.entries(ways)) {
      const {rate} = await load(server, requests, {seconds: SECONDS, connections: CONNECTIONS});
      rates[way].push(rate);
    }
  }
  const [rest, mcp] = [median(rates.rest), median(rates.mcp)];
  console.log(`lists of ${LIMIT} a second: ${rest} over REST, ${mcp} over MCP: ` +
              `${(mcp / rest).toFixed(2)} times`);
} finally {
  await server.stop();
}
