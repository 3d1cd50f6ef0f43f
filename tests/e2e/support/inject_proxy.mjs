// A proxy for clients that cannot be told a token: it adds one to whatever they send, and leaves
// all else as it is, Host and Origin above all.
import {once} from 'node:events';
import {createServer, request} from 'node:http';

/// Stands before `server`: {url, stop()}.
export async function start_proxy(server, token) {
  const {hostname, port} = new URL(server.url);
  const proxy = createServer((asked, answer) => {
    const headers = {...asked.headers, authorization: `Bearer ${token}`};
    const sent = request({hostname, port, method: asked.method, path: asked.url, headers},
                         (answered) => {
                           answer.writeHead(answered.statusCode, answered.headers);
                           answered.on('error', () => answer.destroy()).pipe(answer);
                         });
    sent.on('error', () => answer.destroy());
    answer.on('close', () => sent.destroy());
    asked.pipe(sent);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://127.0.0.1:${proxy.address().port}`,
    async stop() {
      proxy.closeAllConnections();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
