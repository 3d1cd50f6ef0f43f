// Ports for servers that must know theirs before they listen.
import {randomInt} from 'node:crypto';
import {createServer} from 'node:net';

/// The ports that free_port() gives: none that the kernel gives out by itself, or whoever connects
/// to a server that is away could get its port for their own end.
const FIRST_PORT = 10_000;
const PORTS = 10_000;

/// A port that nobody listens on.
export async function free_port() {
  for (;;) {
    const port = FIRST_PORT + randomInt(PORTS);
    const server = createServer();
    const is_free = await new Promise((done) => {
      server.once('error', () => done(false));
      server.listen(port, '127.0.0.1', () => done(true));
    });
    if (!is_free) continue;
    await new Promise((done) => server.close(done));
    return port;
  }
}
