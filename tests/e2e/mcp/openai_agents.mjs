// The OpenAI Agents SDK: its MCP client, and an agent with a model that uses the tools.
import {
  Agent, MCPServerStreamableHttp, OpenAIChatCompletionsModel, run, setTracingDisabled,
} from '@openai/agents';
import OpenAI from 'openai';

import {authorization} from './sdk_client.mjs';

setTracingDisabled(true);

/// What the model is told, and what it says to that in the end.
async function ask(server, {url, key, model}, message) {
  const provider = new OpenAI({baseURL: url, apiKey: key, maxRetries: 0});
  const agent = new Agent({
    name: 'Assistant', instructions: "You look after the user's tasks.", mcpServers: [server],
    model: new OpenAIChatCompletionsModel(provider, model),
  });
  return (await run(agent, message)).finalOutput;
}

export async function connect(where) {
  const server = new MCPServerStreamableHttp({
    url: where.url, requestInit: {headers: authorization(where)},
  });
  await server.connect();
  return {
    list_tools: () => server.listTools(),
    call_tool: (name, args) => server.callToolResult(name, args),
    list_resources: async () => (await server.listResources()).resources,
    list_templates: async () => (await server.listResourceTemplates()).resourceTemplates,
    read_resource: (uri) => server.readResource(uri),
    ask: (model, message) => ask(server, model, message),
    close: () => server.close(),
  };
}
