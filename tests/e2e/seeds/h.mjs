// The .env of a backend whose front end signs in with NextAuth, and who uses it.
import {sqlalchemy_url} from '../support/database.mjs';
import {someone_of} from '../support/front_end.mjs';
import {SECRET} from '../support/server.mjs';

export const OPENAI_KEY = 'sk-of-the-end-to-end-tests';
export const MODEL = 'gpt-4-turbo-preview';

export const dotenv = (folder) => `# Database Configuration
DATABASE_URL=${sqlalchemy_url(folder, {driver: 'asyncpg'})}

# Authentication (as the front end has it)
AUTH_SECRET=${SECRET}

# CORS Configuration
CORS_ORIGINS=http://localhost:3000,http://localhost:3001

# Application Settings
ENVIRONMENT=development
DEBUG=true

# Assistant (optional)
OPENAI_API_KEY=${OPENAI_KEY}
OPENAI_MODEL=${MODEL}

# Server Configuration (optional)
HOST=0.0.0.0
PORT=0
`;

/// The host and the port are the .env's.
export const BY_DOTENV = {HOST: undefined, PORT: undefined};

let people = 0;

/// Somebody new, by the kind of id that NextAuth gives.
export function someone(nobody) {
  const client = someone_of(nobody, `cmk${String(people += 1).padStart(22, '0')}`);
  return Object.assign(client, {chat: `/api/${client.user_id}/chat`});
}
