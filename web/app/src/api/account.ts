import {ask, get, Problem} from './client';
import type {ApiKey, Provider, Scope, Token, User} from './types';

/// Who is signed in. Throws a Problem with status 401 where nobody is.
export async function me(): Promise<User> {
  const {user} = await get<{user: User | null}>('/api/auth/session', {forAnybody: true});
  if (!user) throw new Problem(401, 'Nobody is signed in.');
  return user;
}

/// The same of who was signed in a moment ago: it is counted for them, not for all who share their
/// address.
export function meStill(): Promise<User> {
  return get('/api/auth/me', {forAnybody: true});
}

/// Makes the session's cookie, which no script sees.
export async function signIn(email: string, password: string): Promise<User> {
  const {body} = await ask<{user: User}>('POST', '/api/auth/session', {body: {email, password}});
  return body.user;
}

/// Makes the cookie last anew.
export async function renew(): Promise<void> {
  await ask('POST', '/api/auth/session/renew');
}

export async function signOut(): Promise<void> {
  await ask('DELETE', '/api/auth/session');
}

export async function register(name: string, email: string, password: string): Promise<void> {
  await ask('POST', '/api/auth/register', {body: {name, email, password}});
}

/// Ends every session, this one too: sign in again.
export async function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  await ask('POST', '/api/auth/password', {
    body: {current_password: currentPassword, new_password: newPassword},
  });
}

/// All that is theirs goes with it.
export async function deleteAccount(): Promise<void> {
  await ask('DELETE', '/api/auth/me');
}

export function tokens(): Promise<Token[]> {
  return get('/api/auth/tokens');
}

/// The answer has the token itself, this once.
export async function makeToken(
    name: string, scopes: Scope[], expiresInDays: number | null): Promise<Token> {
  const body = {name, scopes, ...(expiresInDays === null ? {} : {expires_in_days: expiresInDays})};
  return (await ask<Token>('POST', '/api/auth/tokens', {body})).body;
}

export async function revokeToken(id: string): Promise<void> {
  await ask('DELETE', `/api/auth/tokens/${id}`);
}

/// 503 where the server has no key to seal them with.
export function apiKeys(): Promise<ApiKey[]> {
  return get('/api/api-keys');
}

export interface NewApiKey {
  apiKey: string;
  baseUrl?: string;
  model?: string;
}

export async function setApiKey(provider: Provider, key: NewApiKey): Promise<ApiKey> {
  return (await ask<ApiKey>('PUT', `/api/api-keys/${provider}`, {body: key})).body;
}

export async function validateApiKey(provider: Provider): Promise<ApiKey> {
  return (await ask<ApiKey>('POST', `/api/api-keys/${provider}/validate`)).body;
}

export async function deleteApiKey(provider: Provider): Promise<void> {
  await ask('DELETE', `/api/api-keys/${provider}`);
}
