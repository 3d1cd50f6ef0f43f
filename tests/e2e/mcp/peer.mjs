// One MCP client in a process of its own, for what runs on another Node: does what its parent asks
// over IPC. `node peer.mjs NAME` is the client of NAME.mjs.
const {connect} = await import(`./${process.argv[2]}.mjs`);
let client;

async function obey(method, args) {
  if (method !== 'connect') return client[method](...args);
  client = await connect(...args);
  return undefined;
}

process.on('disconnect', () => process.exit());
process.on('message', async ({id, method, args}) => {
  try {
    process.send({id, result: await obey(method, args)});
  } catch (error) {
    process.send({id, error: {message: error.message, stack: error.stack, code: error.code}});
  }
});
process.send({is_ready: true});
