// The AI SDK: its MCP client, and a model that uses the tools.
import {createMCPClient} from '@ai-sdk/mcp';
import {createOpenAICompatible} from '@ai-sdk/openai-compatible';
import {generateText, stepCountIs} from 'ai';

import {authorization} from './sdk_client.mjs';

const MAX_STEPS = 5;

/// What the model is told, and what it says to that in the end.
async function ask(client, {url, key, model}, message) {
  const provider = createOpenAICompatible({name: 'model', baseURL: url, apiKey: key});
  const {text} = await generateText({
    model: provider(model), tools: await client.tools(), prompt: message, maxRetries: 0,
    stopWhen: stepCountIs(MAX_STEPS),
  });
  return text;
}

export async function connect(where) {
  const client = await createMCPClient({
    transport: {type: 'http', url: where.url, headers: authorization(where)},
  });
  return {
    list_tools: async () => (await client.listTools()).tools,
    call_tool: (name, args) => client.callTool({name, arguments: args}),
    list_prompts: async () => (await client.listPrompts()).prompts,
    get_prompt: (name, args) => client.getPrompt({name, arguments: args}),
    list_resources: async () => (await client.listResources()).resources,
    list_templates: async () => (await client.listResourceTemplates()).resourceTemplates,
    read_resource: (uri) => client.readResource({uri}),
    ask: (model, message) => ask(client, model, message),
    close: () => client.close(),
  };
}
