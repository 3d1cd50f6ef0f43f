// The .env of a backend with accounts of its own, and who uses it.
import assert from 'node:assert/strict';

import {sqlalchemy_url} from '../support/database.mjs';
import {SECRET} from '../support/server.mjs';

export const OPENROUTER_KEY = 'sk-or-v1-of-the-end-to-end-tests';
export const MODEL = 'openai/gpt-oss-120b:free';
export const PASSWORD = 'correct horse battery';

export const dotenv = (folder) => `DATABASE_URL=${sqlalchemy_url(folder)}
JWT_SECRET_KEY=${SECRET}
JWT_ALGORITHM=HS256
JWT_EXPIRATION_DAYS=7
OPENROUTER_API_KEY=${OPENROUTER_KEY}
OPENAI_BASE_URL=https://openrouter.ai/api/v1
OPENAI_MODEL=${MODEL}
APP_NAME=Todo App
APP_VERSION=1.0.0
DEBUG=false
CORS_ORIGINS=http://localhost:3000,https://todo.example
`;

/// The same backend's secrets on Kubernetes, beside what its deployment sets.
export const secrets = (folder) => `DATABASE_URL=${sqlalchemy_url(folder, {tls: 'sslmode'})}
JWT_SECRET_KEY=${SECRET}
JWT_ALGORITHM=HS256
ACCESS_TOKEN_EXPIRE_DAYS=7
UV_ENVIRONMENT=development
OPENROUTER_API_KEY=${OPENROUTER_KEY}
`;
export const DEPLOYMENT = {LOG_LEVEL: 'info'};

export const log_in = (client, email, password = PASSWORD) =>
  client.call('POST', '/api/auth/login', {body: {email, password}});

/// Somebody new with an account, signed in, with what both calls gave and their paths.
export async function sign_up(client, name, email) {
  const {body: profile} = await client.expect(201, 'POST', '/api/auth/register',
                                              {body: {name, email, password: PASSWORD}});
  const {status, body: session} = await log_in(client, email);
  assert.equal(status, 200);
  const user_id = session.user.id;
  return Object.assign(client.with_token(session.access_token), {
    profile, session, user_id, tasks: `/api/${user_id}/tasks`, chat: `/api/${user_id}/chat`,
    conversations: `/api/${user_id}/conversations`,
  });
}
