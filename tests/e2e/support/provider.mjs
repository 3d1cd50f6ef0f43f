// A provider of models, as far as whether it takes a key.
import {createServer} from 'node:http';

/// An OpenAI-compatible provider that takes the keys in `taken` and answers as `answer` says.
export class Provider {
  taken = new Set();
  seen = [];
  waiting = [];
  answer = (request, response) => {
    const key = request.headers.authorization?.replace(/^Bearer /, '');
    this.respond(response, this.taken.has(key) ? 200 : 401);
  };

  async listen() {
    this.server = createServer((request, response) => {
      this.seen.push({method: request.method, url: request.url, headers: request.headers});
      this.answer(request, response);
    });
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${this.server.address().port}/v1`;
    return this;
  }

  respond(response, status, headers = {}) {
    response.writeHead(status, {'Content-Type': 'application/json', ...headers});
    response.end(JSON.stringify({data: [], of: 'the provider, not for users'}));
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
