// Bytes over a socket, for what fetch would put right or refuse to send.
import {connect} from 'node:net';

import {secrets} from './secrets.mjs';

const LIMIT_MS = 10_000;
const CREDENTIALS = /^(Authorization|X-Service-Auth|Cookie): (.*?)\r?$/gim;

/// Sends `bytes` and gathers what comes back until the server closes, or `until` (of the text so
/// far) says that it is enough. Gives {text, closed}.
export function exchange(port, bytes, until = () => false) {
  for (const [, name, value] of bytes.toString().matchAll(CREDENTIALS)) {
    secrets.add_sent('bytes over a socket', {[name]: value});
  }
  return new Promise((done, failed) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    const finish = (closed) => {
      clearTimeout(limit);
      socket.destroy();
      done({text, closed});
    };
    const limit = setTimeout(() => {
      socket.destroy();
      failed(new Error(`nothing more came within ${LIMIT_MS} ms after: ${text}`));
    }, LIMIT_MS);
    socket.setEncoding('latin1');
    socket.on('data', (part) => {
      text += part;
      if (until(text)) finish(false);
    });
    socket.on('end', () => finish(true));
    socket.on('error', (error) => {
      if (text !== '' || error.code === 'ECONNRESET') return finish(true);
      clearTimeout(limit);
      failed(error);
    });
  });
}

/// A request's bytes. Lines of `headers` come after Host.
export function request_of(method, target, headers = [], body = '') {
  return [`${method} ${target} HTTP/1.1`, 'Host: localhost', ...headers, '', body].join('\r\n');
}

/// The answers in a stream of bytes that has been read to its end: [{status, headers, body}].
/// `heads` says which of them (by their order) answer a HEAD, and so have no body.
export function read_answers(text, heads = []) {
  const answers = [];
  while (text !== '') {
    const end = text.indexOf('\r\n\r\n');
    const [first, ...lines] = text.slice(0, end).split('\r\n');
    const headers = new Map(lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }));
    const status = Number(first.split(' ')[1]);
    const has_body = !heads.includes(answers.length);
    const length = has_body ? Number(headers.get('content-length') ?? 0) : 0;
    answers.push({status, headers, body: text.slice(end + 4, end + 4 + length)});
    text = text.slice(end + 4 + length);
  }
  return answers;
}
