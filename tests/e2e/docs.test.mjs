// The document by a linter that nobody here wrote, and the pages by a real browser.
import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {existsSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {fileURLToPath} from 'node:url';

import {chromium} from 'playwright-core';

import {Client} from './support/client.mjs';
import {is_repetition} from './support/database.mjs';
import {start} from './support/server.mjs';

const BROWSER = process.env.CHROMIUM ?? '/usr/bin/chromium';
const REDOCLY = fileURLToPath(new URL('node_modules/.bin/redocly', import.meta.url));
const LIMIT_MS = 20_000;
const LINT_LIMIT_MS = 60_000;

let server;
let nobody;

before(async () => {
  server = await start();
  nobody = await Client.of(server);
});
after(() => server.stop());

describe('the document', () => {
  /// What redocly says of the document: its problems.
  const lint = () => new Promise((done) => {
    const file = join(server.folder, 'openapi.json');
    writeFileSync(file, JSON.stringify(nobody.document));
    const args = ['lint', file, '--extends=recommended', '--format=json'];
    const env = {...process.env, REDOCLY_TELEMETRY: 'off', CI: 'true'};
    execFile(REDOCLY, args, {env, cwd: server.folder, timeout: LINT_LIMIT_MS},
             (_, stdout, stderr) => {
      assert.ok(stdout.includes('{'), stderr);
      done(JSON.parse(stdout.slice(stdout.indexOf('{'), stdout.lastIndexOf('}') + 1)).problems);
    });
  });

  test('has no fault that redocly knows of', async (t) => {
    const problems = await lint();
    const told = (severity) => problems.filter((problem) => problem.severity === severity)
      .map(({ruleId, message, location}) => `${ruleId}: ${message} ${location?.[0]?.pointer}`);
    for (const warning of told('warn')) t.diagnostic(warning);
    assert.deepEqual(told('error'), []);
  });

  test('names every operation, once, and says what it does', () => {
    const seen = new Set();
    for (const [path, operations] of Object.entries(nobody.document.paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        const where = `${method} ${path}`;
        assert.ok(!seen.has(operation.operationId), `${operation.operationId} is there twice`);
        seen.add(operation.operationId);
        for (const key of ['summary', 'description', 'tags']) assert.ok(operation[key], where);
        for (const [status, {description}] of Object.entries(operation.responses)) {
          assert.ok(description, `${where} ${status}`);
        }
      }
    }
  });

  test('has the paths of the contract on both surfaces', () => {
    const paths = Object.keys(nobody.document.paths);
    for (const tasks of ['/api/{user_id}/tasks', '/api/tasks']) {
      for (const end of ['', '/{task_id}', '/{task_id}/complete']) {
        assert.ok(paths.includes(tasks + end), tasks + end);
      }
    }
    for (const path of ['/', '/health', '/health/live', '/ready', '/health/ready',
      '/api/auth/register', '/api/auth/login', '/api/auth/me', '/api/auth/password',
      '/api/api-keys', '/api/api-keys/{provider}', '/api/api-keys/{provider}/validate']) {
      assert.ok(paths.includes(path), path);
    }
  });
});

const skip = is_repetition || (!existsSync(BROWSER) && `${BROWSER} is not there`);

describe('the pages', {skip}, () => {
  let browser;

  before(async () => {
    browser = await chromium.launch({
      executablePath: BROWSER, args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
  });
  after(() => browser?.close());

  /// Shows a page to `body`, and fails on whatever a person would not have noticed: a request that
  /// leaves the server, an error on the console, a break of the page's policy, a failed request.
  async function with_page(path, body) {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    const faults = [];
    await page.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)));
    page.on('request', (request) => {
      const url = new URL(request.url());
      const is_inside = ['data:', 'blob:'].includes(url.protocol);
      if (!is_inside && url.origin !== server.url) faults.push(`request to ${url}`);
    });
    page.on('requestfailed', (request) => faults.push(`failed: ${request.url()}`));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(String(error)));
    try {
      const response = await page.goto(server.url + path);
      assert.equal(response.status(), 200);
      assert.match(response.headers()['content-type'], /^text\/html/);
      await body(page);
      assert.deepEqual(faults, []);
    } finally {
      await context.close();
    }
  }

  /// Signs up through the bar, and waits until the page says so.
  async function sign_up(page, email) {
    await page.fill('#email', email);
    await page.fill('#password', 'correct horse battery');
    await page.fill('#name', 'Ada');
    await page.click('button[value=register]');
    await page.waitForSelector('#signed-in:not([hidden])');
  }

  /// An operation of Swagger UI, opened.
  async function open_operation(page, id) {
    const block = page.locator(`[id$="-${id}"].opblock`);
    await block.locator('.opblock-summary-control').click();
    await block.locator('.execute').waitFor();
    return block;
  }

  /// Executes an operation, and gives the status that the page shows.
  async function execute(block) {
    await block.locator('.execute').click();
    const status = block.locator('.live-responses-table .response-col_status').last();
    await status.waitFor();
    return (await status.innerText()).trim();
  }

  test('/docs signs up, and tries calls as whoever has signed in', async () => {
    await with_page('/docs', async (page) => {
      await page.waitForSelector('.opblock');
      await sign_up(page, 'browser@example.com');
      assert.equal(await page.innerText('#who'), 'Ada (browser@example.com)');

      const me = await open_operation(page, 'get_me');
      assert.equal(await execute(me), '200');
      assert.match(await me.locator('.live-responses-table').innerText(), /browser@example\.com/);

      const creation = await open_operation(page, 'create_task_own');
      await creation.locator('textarea.body-param__text').fill('{"title": "From a browser"}');
      assert.equal(await execute(creation), '201');
      const list = await open_operation(page, 'list_tasks_own');
      assert.equal(await execute(list), '200');
      assert.match(await list.locator('.live-responses-table').innerText(), /From a browser/);
    });
  });

  test('/docs signs in and out', async () => {
    const person = {name: 'Bob', email: 'bob@example.com', password: 'correct horse battery'};
    await nobody.expect(201, 'POST', '/api/auth/register', {body: person});
    await with_page('/docs', async (page) => {
      await page.waitForSelector('.opblock');
      await page.fill('#email', person.email);
      await page.fill('#password', person.password);
      await page.click('button[value=login]');
      await page.waitForSelector('#signed-in:not([hidden])');
      assert.equal(await page.innerText('#who'), 'Bob (bob@example.com)');
      assert.equal(await page.inputValue('#password'), '');
      await page.click('#sign-out');
      await page.waitForSelector('#sign-in:not([hidden])');
      assert.ok(await page.isHidden('#signed-in'));
    });
  });

  test('/docs says what was wrong with a sign-in', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    await page.goto(`${server.url}/docs`);
    await page.waitForSelector('.opblock');
    await page.fill('#email', 'unknown@example.com');
    await page.fill('#password', 'a wrong password');
    await page.click('button[value=login]');
    await page.waitForSelector('#message.failed');
    assert.match(await page.innerText('#message'), /wrong/);
    assert.ok(await page.isHidden('#signed-in'));
    await page.fill('#password', 'short');
    await page.fill('#name', 'Ada');
    await page.click('button[value=register]');
    await page.waitForFunction(
        () => document.querySelector('#message').textContent.includes('password'));
    await context.close();
  });

  test('/docs shows every operation', async () => {
    const count = Object.values(nobody.document.paths).flatMap(Object.keys).length;
    await with_page('/docs', async (page) => {
      await page.waitForSelector('.opblock');
      assert.equal(await page.locator('.opblock').count(), count);
      assert.equal(await page.locator('.errors-wrapper').count(), 0);
    });
  });

  test('/redoc shows every operation', async () => {
    await with_page('/redoc', async (page) => {
      for (const operations of Object.values(nobody.document.paths)) {
        for (const {operationId} of Object.values(operations)) {
          await page.locator(`[id$="operation/${operationId}"]`).first().waitFor();
        }
      }
    });
  });
});
