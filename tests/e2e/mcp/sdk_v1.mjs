// @modelcontextprotocol/sdk, over HTTP or with a server of its own on stdio.
import {Client} from '@modelcontextprotocol/sdk/client/index.js';
import {StdioClientTransport} from '@modelcontextprotocol/sdk/client/stdio.js';
import {StreamableHTTPClientTransport} from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import {authorization, IDENTITY, wrap} from './sdk_client.mjs';

export async function connect(where) {
  const client = new Client(IDENTITY);
  await client.connect(where.command ? new StdioClientTransport(where)
    : new StreamableHTTPClientTransport(new URL(where.url), {
      requestInit: {headers: authorization(where)},
    }));
  return wrap(client);
}
