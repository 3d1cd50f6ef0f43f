// The .env of a backend whose tasks have a priority and tags, and who uses it.
import {sqlalchemy_url} from '../support/database.mjs';
import {someone_of} from '../support/front_end.mjs';
import {SECRET} from '../support/server.mjs';

export const OPENAI_KEY = 'sk-proj-of-the-end-to-end-tests';
export const MODEL = 'gpt-4o-mini';

export const dotenv = (folder) => `# .env

# Database (existing)
DATABASE_URL=${sqlalchemy_url(folder, {driver: 'asyncpg'})}

# Authentication (existing)
BETTER_AUTH_SECRET=${SECRET}

# CORS (existing)
CORS_ORIGINS=http://localhost:3000,https://yourfrontend.com

# Assistant
OPENAI_API_KEY=${OPENAI_KEY}

# Optional: MCP server (if running separately)
# MCP_SERVER_URL=http://localhost:5000

# Optional: model
# OPENAI_MODEL=gpt-4o  # or gpt-4o-mini

# Optional
DEBUG=false
`;

/// The .env before there was a chat, on a server that speaks of TLS as libpq does.
export const first_dotenv = (folder) => `# .env

# Database
# DATABASE_URL=postgresql+asyncpg://user:password@host:5432/dbname

# PostgreSQL example
DATABASE_URL=${sqlalchemy_url(folder, {driver: 'asyncpg', tls: 'sslmode'})}

# Authentication (shared with frontend)
BETTER_AUTH_SECRET=your-secret-key-here

# CORS (comma-separated origins)
CORS_ORIGINS=http://localhost:3000,https://yourfrontend.com

# Optional
DEBUG=false
`;

/// The example that comes with it. Its settings read the origins as a JSON list.
export const example = (folder) => `# .env.example

# Database
DATABASE_URL=${sqlalchemy_url(folder, {driver: 'asyncpg'})}

# Authentication - Must match the front end's secret
BETTER_AUTH_SECRET=your-secret-key-minimum-32-characters
JWT_ALGORITHM=HS256

# CORS - Allowed frontend origins
CORS_ORIGINS=["http://localhost:3000", "https://yourfrontend.com"]

# Assistant
OPENAI_API_KEY=${OPENAI_KEY}

# Model (optional)
OPENAI_MODEL=${MODEL}

# Debug mode (development only)
DEBUG=true
`;

let people = 0;

export function someone(nobody, user_id = `better-auth-${people += 1}`) {
  return Object.assign(someone_of(nobody, user_id), {chat: '/api/chat/message'});
}
