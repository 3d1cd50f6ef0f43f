// Runs COMMAND beside a PgBouncer that stands, with TLS, before the server of TODOD_TEST_POSTGRES:
//
//     tools/with-postgres node support/with_pgbouncer.mjs COMMAND...
//
// COMMAND finds it in TODOD_E2E_POOLER, as the DATABASE_URL with which todod verifies it.
import {spawn} from 'node:child_process';
import {once} from 'node:events';

import {PgBouncer} from './pgbouncer.mjs';

const [command, ...args] = process.argv.slice(2);
const bouncer = await PgBouncer.start(process.env.TODOD_TEST_POSTGRES, {tls: true});
const env = {...process.env, TODOD_E2E_POOLER: `${bouncer.url}&pgbouncer=true`};
const [code] = await once(spawn(command, args, {stdio: 'inherit', env}), 'close');
await bouncer.remove();
process.exitCode = code ?? 1;
