// The .env of a backend behind an auth server that other services call, and those services.
import {randomBytes} from 'node:crypto';

import {sqlalchemy_url} from '../support/database.mjs';

export const SERVICE_TOKEN = randomBytes(32).toString('hex');
export const SESSION_SECRET = randomBytes(32).toString('hex');
/// As Fernet.generate_key() makes one.
export const ENCRYPTION_KEY = `${randomBytes(32).toString('base64url')}=`;

/// Its .env, with the database of the folder unless there is a `url` of another.
export const dotenv = (folder, {redis, url}) => `\
# Database Configuration
# PostgreSQL connection string
# Format: postgresql+asyncpg://user:password@host/database
DATABASE_URL=${url ?? sqlalchemy_url(folder, {driver: 'asyncpg', tls: 'ssl'})}

# Authentication Configuration
# Shared secret for hashing session tokens (HMAC-SHA256)
# Must match the auth-server SESSION_HASH_SECRET
# Generate with: openssl rand -hex 32
SESSION_HASH_SECRET=${SESSION_SECRET}

# URL of the auth server
AUTH_SERVER_URL=http://localhost:8080

# Service-to-Service Authentication
# Token for authenticating requests from another service
# Generate with: openssl rand -hex 32
SERVICE_AUTH_TOKEN=${SERVICE_TOKEN}

# Application Configuration
# Environment: development, staging, production
ENVIRONMENT=development

# CORS Configuration
# Comma-separated list of allowed origins
# Development: http://localhost:3000
# Production: https://yourdomain.com,https://www.yourdomain.com
CORS_ORIGINS=http://localhost:3000

# SQLAlchemy Connection Pool Settings
# Pool size: number of connections to keep open
SQLALCHEMY_POOL_SIZE=10
# Max overflow: additional connections allowed above pool_size
SQLALCHEMY_POOL_OVERFLOW=20
# Pool timeout: seconds to wait for available connection
SQLALCHEMY_POOL_TIMEOUT=30
# Pool recycle: seconds before recycling connections
SQLALCHEMY_POOL_RECYCLE=3600
# Echo SQL: log all SQL queries (development only)
SQLALCHEMY_ECHO=false

# Redis Configuration (for rate limiting)
# Redis connection URL
REDIS_URL=${redis}

# API Key Encryption Configuration
# Fernet encryption key for encrypting user API keys at rest
# Generate with: python -c "from cryptography.fernet import Fernet; \
print(Fernet.generate_key().decode())"
ENCRYPTION_KEY=${ENCRYPTION_KEY}
`;

/// The service, when it speaks for `user_id`.
export function service_for(user_id, client) {
  const headers = {'X-Service-Auth': SERVICE_TOKEN, 'X-User-ID': user_id};
  return Object.assign(client.with_headers(headers), {user_id});
}
