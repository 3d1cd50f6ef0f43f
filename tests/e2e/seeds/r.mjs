// The .env of a backend that is watched by its log and its health, and who uses it.
import {sqlalchemy_url} from '../support/database.mjs';
import {someone_of} from '../support/front_end.mjs';
import {SECRET} from '../support/server.mjs';

export const OPENAI_KEY = 'sk-of-the-end-to-end-tests';
export const MODEL = 'gpt-4o';
export const DEFAULT_MODEL = 'gpt-4o-mini';

export const dotenv = (folder) => `# Database Configuration
DATABASE_URL=${sqlalchemy_url(folder)}

# Auth Configuration (must be at least 32 characters)
BETTER_AUTH_SECRET=${SECRET}

# Application Configuration
ENVIRONMENT=development
LOG_LEVEL=INFO  # Options: DEBUG, INFO, WARNING, ERROR, CRITICAL
`;

/// The same with a model. Which, it may leave out.
export const with_model = (folder) => `${dotenv(folder)}OPENAI_API_KEY=${OPENAI_KEY}
OPENAI_MODEL=${MODEL}
`;

/// The same backend as it is deployed.
export const in_production = (folder) => `# Required
DATABASE_URL=${sqlalchemy_url(folder)}  # Use the internal URL
BETTER_AUTH_SECRET=${SECRET}
OPENAI_API_KEY=${OPENAI_KEY}

# Recommended
ENVIRONMENT=production
LOG_LEVEL=INFO
`;

export function someone(nobody, user_id) {
  return Object.assign(someone_of(nobody, user_id), {chat: `/api/users/${user_id}/chat`});
}
