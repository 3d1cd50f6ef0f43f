// An authorisation server: keys, the JWKS that it serves, and the tokens it signs (npm jose).
import {webcrypto} from 'node:crypto';
import {once} from 'node:events';
import {createServer} from 'node:http';

import {SignJWT, exportJWK, exportSPKI, generateKeyPair} from 'jose';

import {free_port} from './server.mjs';

// Node 18 has it, but not under the name by which jose and Better Auth know it.
globalThis.crypto ??= webcrypto;

export class AuthorizationServer {
  #server;
  #keys = new Map();

  /// How often the keys were asked for.
  fetches = 0;
  /// What it answers with; the keys if it is undefined.
  answer = undefined;

  static async start() {
    const server = new AuthorizationServer();
    server.port = await free_port();
    await server.come();
    return server;
  }

  get url() { return `http://127.0.0.1:${this.port}/api/auth/jwks`; }

  /// The same server, at the same place, after it has gone.
  async come() {
    this.#server = createServer((request, response) => {
      this.fetches += 1;
      const {status, body} = this.answer ?? {status: 200, body: this.document()};
      response.writeHead(status, {'Content-Type': 'application/json'}).end(body);
    });
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async go() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  document() {
    return JSON.stringify({keys: [...this.#keys.values()].map(({jwk}) => jwk)});
  }

  /// Makes a key and publishes it, with `more` in its JWK.
  async add(kid, alg, more = {}) {
    const options = {extractable: true, ...alg === 'EdDSA' ? {crv: 'Ed25519'} : {}};
    const {publicKey, privateKey} = await generateKeyPair(alg, options);
    const jwk = {...await exportJWK(publicKey), kid, alg, ...more};
    const key = {alg, kid, jwk, privateKey, pem: await exportSPKI(publicKey)};
    this.#keys.set(kid, key);
    return key;
  }

  withdraw(kid) { this.#keys.delete(kid); }

  /// A token that holds for `user_id`, signed with `key`, which need not be published.
  static sign(key, user_id, claims = {}, header = {}) {
    return new SignJWT({sub: user_id, ...claims})
        .setProtectedHeader({alg: key.alg, kid: key.kid, ...header})
        .setIssuedAt().setExpirationTime('15m').sign(key.privateKey);
  }
}
