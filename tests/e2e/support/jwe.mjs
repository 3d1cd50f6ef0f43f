// Session tokens as NextAuth (Auth.js 5) encrypts them: dir with A256CBC-HS512 (RFC 7516, 7518).
import {createCipheriv, createHmac, hkdfSync, randomBytes, randomUUID} from 'node:crypto';

import {claims_of} from './jwt.mjs';
import {SECRET} from './server.mjs';

const KEY_BYTES = 64;
const IV_BYTES = 16;

export const SALT = 'authjs.session-token';
export const SECURE_SALT = `__Secure-${SALT}`;

/// A compact JWE of the claims. The salt is the name of the cookie that it is for.
export function encrypt(claims, {secret = SECRET, salt = SALT} = {}) {
  const info = `Auth.js Generated Encryption Key (${salt})`;
  const key = Buffer.from(hkdfSync('sha256', secret, salt, info, KEY_BYTES));
  const header = Buffer.from(JSON.stringify({alg: 'dir', enc: 'A256CBC-HS512'}))
    .toString('base64url');
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-cbc', key.subarray(KEY_BYTES / 2), iv);
  const text = Buffer.concat([cipher.update(JSON.stringify(claims)), cipher.final()]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(header.length * 8));
  const tag = createHmac('sha512', key.subarray(0, KEY_BYTES / 2))
    .update(header).update(iv).update(text).update(length).digest().subarray(0, KEY_BYTES / 2);
  return [header, '', ...[iv, text, tag].map((part) => part.toString('base64url'))].join('.');
}

/// A session token that holds, of who has signed in as `sub`.
export function session_token_of(sub, more = {}, options = {}) {
  const claims = {name: 'Ada', email: 'ada@example.com', jti: randomUUID()};
  return encrypt(claims_of(sub, {...claims, ...more}), options);
}
