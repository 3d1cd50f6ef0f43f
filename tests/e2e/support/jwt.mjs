// Tokens made by hand, so that a test can make any that is wrong.
import {createHmac} from 'node:crypto';

import {SECRET} from './server.mjs';

const LIFETIME_S = 3600;

export const now_s = () => Math.floor(Date.now() / 1000);

const encode = (value) => Buffer.from(
    typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/// A compact JWS (RFC 7515) of a header and claims, each an object or, to be wrong, any text.
export function sign(claims, {secret = SECRET, header = {alg: 'HS256', typ: 'JWT'},
                              hash = 'sha256'} = {}) {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}

/// Claims that hold for a while.
export function claims_of(sub, more = {}) {
  const now = now_s();
  return {sub, iat: now, exp: now + LIFETIME_S, ...more};
}

/// A token that holds.
export function token_of(sub, more = {}) {
  return sign(claims_of(sub, more));
}

export function read_claims(token) {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
}
