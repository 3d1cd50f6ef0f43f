// What a browser does with todod's cookie.
import assert from 'node:assert/strict';

export const COOKIE = 'todod_session';

/// The one cookie that an answer sets: {name, value, attributes}.
export function cookie_of({headers}) {
  const given = headers.getSetCookie();
  assert.equal(given.length, 1, `${given.length} cookies are set`);
  const [pair, ...attributes] = given[0].split('; ');
  const [, name, value] = /^([^=]+)=(.*)$/.exec(pair) ?? assert.fail('no cookie');
  return {name, value, attributes};
}

/// Who has this cookie, among others.
export function with_cookie(client, value, headers = {}) {
  return client.with_headers({Cookie: `theme=dark; ${COOKIE}=${value}`, ...headers});
}
