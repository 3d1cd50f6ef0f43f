// People at the page: real browsers before a real server. A visit fails on whatever a person would
// not have noticed: an error on the console, a break of the page's policy, a request elsewhere.
import assert from 'node:assert/strict';

import {chromium} from 'playwright-core';

import {Client} from '../../support/client.mjs';
import {secrets} from '../../support/secrets.mjs';
import {start} from '../../support/server.mjs';

export const BROWSER = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const ARGUMENTS = ['--no-sandbox', '--disable-dev-shm-usage'];
export const LIMIT_MS = 15_000;

const DESKTOP = {viewport: {width: 1280, height: 800}};
const PHONE = {viewport: {width: 390, height: 844}, hasTouch: true, isMobile: true};
/// What people have before them, by name.
export const SIZES = {desktop: DESKTOP, phone: PHONE};

/// Where days do not end with those of the server.
const ELSEWHERE = {locale: 'en-GB', timezoneId: 'America/New_York'};

/// What browsers say of each request while there is no connection.
export const IS_OFFLINE = /ERR_(INTERNET_DISCONNECTED|CONNECTION_(REFUSED|RESET)|FAILED)/;

/// What keys of models are kept under.
const SEAL = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

let people = 0;

/// In the page, from its first moment on.
function watch_policy() {
  document.addEventListener('securitypolicyviolation', ({violatedDirective, blockedURI}) =>
    console.error(`policy: ${violatedDirective} ${blockedURI}`));
}

/// Somebody's browser, with what is wrong with what it shows.
class Visitor {
  #allowed = [];
  #faults = [];

  constructor(context, url) {
    this.context = context;
    this.url = url;
    context.setDefaultTimeout(LIMIT_MS);
    context.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return;
      this.#faults.push(`${message.text()} ${message.location().url}`);
    });
    context.on('weberror', (error) => this.#faults.push(String(error.error().stack)));
    context.on('request', (request) => {
      const {origin, protocol} = new URL(request.url());
      const is_inside = ['data:', 'blob:'].includes(protocol);
      if (!is_inside && origin !== url) this.#faults.push(`a request to ${request.url()}`);
    });
  }

  /// Nothing is wrong with what `pattern` fits.
  allow(pattern) { this.#allowed.push(pattern); }

  /// A window of theirs, which shows the page.
  async open(path = '/') {
    const page = await this.context.newPage();
    await page.goto(this.url + path);
    return page;
  }

  check() {
    const faults = this.#faults.filter((fault) => !this.#allowed.some((each) => each.test(fault)));
    assert.deepEqual(faults, []);
  }

  /// What each of their windows shows, for who looks for what has failed.
  async describe() {
    const shown = this.context.pages().map((page) =>
      page.locator('body').ariaSnapshot({timeout: 1000}).catch((error) => error.message));
    return [...this.#faults, ...await Promise.all(shown)].join('\n---\n');
  }
}

/// A server, and a browser before it.
export class Stage {
  #browser;

  static async open({env, args = []} = {}) {
    const stage = new Stage();
    stage.server = await start({env: {ENCRYPTION_KEY: SEAL, ...env}});
    stage.nobody = await Client.of(stage.server);
    stage.#browser = await chromium.launch({
      executablePath: BROWSER, args: [...ARGUMENTS, ...args],
    });
    return stage;
  }

  async close() {
    await this.#browser?.close();
    await this.server.stop();
  }

  /// Who is not known yet.
  newcomer(name = 'Ada') {
    const person = {
      name, email: `person-${++people}@example.com`, password: `correct horse battery ${people}`,
    };
    secrets.add('a password that is typed', person.password);
    return person;
  }

  /// Who has an account; `client` is a program of theirs.
  async somebody(name) {
    const person = this.newcomer(name);
    const {email, password} = person;
    await this.nobody.expect(201, 'POST', '/api/auth/register', {body: person});
    const login = await this.nobody.expect(200, 'POST', '/api/auth/login',
                                           {body: {email, password}});
    return {...person, client: this.nobody.with_token(login.body.access_token)};
  }

  /// Lets `body(page, visitor)` look at the page, on a screen of `size`: signed in where `person`
  /// is somebody. What else there is are options of a browser's context.
  async visit({size = 'desktop', person, theme = 'light', path = '/', ...others}, body) {
    const context = await this.#browser.newContext({
      ...ELSEWHERE, ...SIZES[size], colorScheme: theme, reducedMotion: 'reduce', ...others,
    });
    await context.addInitScript(watch_policy);
    const visitor = new Visitor(context, this.server.url);
    try {
      if (person) await sign_in(context, this.server.url, person);
      await body(await visitor.open(path), visitor);
      visitor.check();
    } catch (error) {
      console.error(await visitor.describe());
      throw error;
    } finally {
      await context.close();
    }
  }
}

/// Without the page's help.
async function sign_in(context, url, {email, password}) {
  const answer = await context.request.post(`${url}/api/auth/session`, {data: {email, password}});
  assert.equal(answer.status(), 200, await answer.text());
  for (const {value} of await context.cookies()) secrets.add('a cookie', value);
}
