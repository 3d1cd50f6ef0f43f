// What the official TypeScript SDK's clients are asked for: the same of both its versions.
export const IDENTITY = {name: 'todod-e2e', version: '1.0.0'};

export const authorization = ({token}) => ({Authorization: `Bearer ${token}`});

export const wrap = (client) => ({
  server: () => client.getServerVersion(),
  capabilities: () => client.getServerCapabilities(),
  list_tools: async () => (await client.listTools()).tools,
  call_tool: (name, args) => client.callTool({name, arguments: args}),
  list_prompts: async () => (await client.listPrompts()).prompts,
  get_prompt: (name, args) => client.getPrompt({name, arguments: args}),
  list_resources: async () => (await client.listResources()).resources,
  list_templates: async () => (await client.listResourceTemplates()).resourceTemplates,
  read_resource: (uri) => client.readResource({uri}),
  close: () => client.close(),
});
