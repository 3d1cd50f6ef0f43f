// @modelcontextprotocol/client, over HTTP or with a server of its own on stdio.
import {Client, StreamableHTTPClientTransport} from '@modelcontextprotocol/client';
import {StdioClientTransport} from '@modelcontextprotocol/client/stdio';

import {authorization, IDENTITY, wrap} from './sdk_client.mjs';

/// `mode`: how it finds the revision to speak: 'legacy', 'auto' or {pin: REVISION}.
export async function connect(where, mode) {
  const client = new Client(IDENTITY, {versionNegotiation: {mode}});
  await client.connect(where.command ? new StdioClientTransport(where)
    : new StreamableHTTPClientTransport(new URL(where.url), {
      requestInit: {headers: authorization(where)},
    }));
  return {...wrap(client), revision: () => client.getNegotiatedProtocolVersion()};
}
