// Every secret that this test's process has used, so that none of them is seen in a log, a metric,
// an error's body or what a command prints.
import assert from 'node:assert/strict';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';

/// What is shorter may stand anywhere by chance.
const SHORTEST = 8;

const METRICS_LIMIT_MS = 2000;

/// Variables whose values are secrets, also with _FILE.
const VARIABLE =
  /(SECRET|SECRET_KEY|PASSWORD|AUTH_TOKEN|_API_KEY|ENCRYPTION_KEY)(_\w*PREVIOUS)?(_FILE)?$/;
/// Of these, those that are lists, with commas between.
const LIST = /^(SERVICE_AUTH_TOKEN|SESSION_HASH_SECRET|ENCRYPTION_KEY)|_PREVIOUS/;
/// Variables that may have a password in them.
const URL_VARIABLE = /_URL(_FILE)?$/;
const HEADERS = ['authorization', 'x-service-auth', 'cookie', 'x-api-key'];
/// Members of what is sent, and of what comes back.
const SENT = /^(password|(current|new)_?password|token|api_?key)$/i;
const GIVEN = /^((access|refresh|session|id)_?token|token|secret)$/i;

/// Values by what they are, to be found in any text.
export class Secrets {
  #known = new Set();
  /// By the first letters of each form: [{name, form}].
  #by_start = new Map();
  #first_letters = new Set();

  add(name, value) {
    if (typeof value !== 'string' || this.#known.has(value)) return;
    this.#known.add(value);
    for (const form of new Set(forms_of(value.trim()))) this.#add_form(name, form);
  }

  #add_form(name, form) {
    if (form.length < SHORTEST) return;
    const start = form.slice(0, SHORTEST);
    if (!this.#by_start.has(start)) this.#by_start.set(start, []);
    this.#by_start.get(start).push({name, form});
    this.#first_letters.add(form.charCodeAt(0));
  }

  /// What the first is that is in `text`; undefined where there is none.
  find(text) {
    for (let i = 0; i + SHORTEST <= text.length; i += 1) {
      if (!this.#first_letters.has(text.charCodeAt(i))) continue;
      const alike = this.#by_start.get(text.slice(i, i + SHORTEST)) ?? [];
      const found = alike.find(({form}) => text.startsWith(form, i));
      if (found) return found.name;
    }
    return undefined;
  }

  /// Fails where a secret is in `text`, and says which without showing it.
  check(text, where) {
    const name = this.find(text);
    if (name === undefined) return;
    const place = this.find(where) === undefined ? where : 'a place that has it in its name';
    assert.fail(`a secret is in ${place}: ${name}`);
  }

  /// What a process is started with. Files are below `folder`.
  add_environment(variables, folder) {
    for (const [variable, given] of Object.entries(variables)) {
      if (given === undefined) continue;
      const is_file = variable.endsWith('_FILE');
      if (!VARIABLE.test(variable) && !URL_VARIABLE.test(variable)) continue;
      const value = is_file ? read(resolve(folder, String(given))) : String(given);
      if (URL_VARIABLE.test(variable)) {
        this.add(`${variable}'s password`, password_of(value));
      } else {
        for (const one of LIST.test(variable) ? value.split(',') : [value]) {
          this.add(variable, one);
        }
      }
    }
  }

  /// The same of a .env file's text.
  add_dotenv(text, folder) {
    const lines = text.matchAll(/^\s*(?:export\s+)?(\w+)\s*=\s*(["']?)(.*?)\2\s*$/gm);
    this.add_environment(Object.fromEntries([...lines].map(([, name, , value]) => [name, value])),
                         folder);
  }

  /// What a request has in it: its headers, and its body where that is JSON.
  add_sent(what, headers, body) {
    for (const [name, value] of Object.entries(headers)) {
      if (!HEADERS.includes(name.toLowerCase())) continue;
      this.add(`${name} of ${what}`, value.replace(/^Bearer /, ''));
      if (name.toLowerCase() !== 'cookie') continue;
      for (const pair of value.split(';')) {
        for (const part of parts_of_cookie(pair)) this.add(`${name} of ${what}`, part);
      }
    }
    this.#add_members(`sent with ${what}`, body, SENT);
  }

  /// What an answer has in it: its cookies, and its body where that is JSON.
  add_given(what, body, headers) {
    for (const cookie of headers?.getSetCookie() ?? []) {
      for (const part of parts_of_cookie(cookie.split(';')[0])) {
        this.add(`a cookie given by ${what}`, part);
      }
    }
    this.#add_members(`given by ${what}`, body, GIVEN);
  }

  #add_members(what, value, names) {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      if (names.test(name)) this.add(`${name} ${what}`, member);
      this.#add_members(what, member, names);
    }
  }

  /// The file and what it has been before it was moved away.
  check_file(path) {
    if (!existsSync(dirname(path))) return;
    for (const name of readdirSync(dirname(path))) {
      if (!name.startsWith(basename(path))) continue;
      this.check(read(join(dirname(path), name)), `the file ${name}`);
    }
  }

  /// The page of metrics, where the server still answers.
  async check_metrics(url) {
    const options = {headers: {Connection: 'close'}, signal: AbortSignal.timeout(METRICS_LIMIT_MS)};
    const page = fetch(`${url}/metrics`, options).then((answer) => answer.text());
    this.check(await page.catch(() => ''), '/metrics');
  }
}

/// A cookie's value, and what it is made of where it is signed: TOKEN.SIGNATURE.
function parts_of_cookie(pair) {
  const value = pair.replace(/^.*?=/, '').trim();
  const parts = value.split('.');
  return parts.length === 2 ? [value, ...parts] : [value];
}

/// A text as it is, and as a path, a query or JSON would have it; a JWT's signature alone.
function forms_of(value) {
  const forms = [value, encodeURIComponent(value.toWellFormed?.() ?? value)];
  forms.push(value.replaceAll(' ', '+'), JSON.stringify(value).slice(1, -1));
  const parts = value.split('.');
  if (parts.length === 3) forms.push(parts[2]);
  return forms;
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';  // a test of what happens then
  }
}

function password_of(url) {
  const found = /^[\w+.-]+:\/\/[^/@]*?:([^@]*)@/.exec(url)?.[1];
  try {
    return found === undefined ? undefined : decodeURIComponent(found);
  } catch {
    return found;
  }
}

/// Those of this process.
export const secrets = new Secrets();
