// Reads server-sent events as they come (WHATWG HTML §9.2).
import {secrets} from './secrets.mjs';

const decode = (block) => {
  const event = {name: 'message', data: undefined};
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) event.name = line.slice('event: '.length);
    if (line.startsWith('data: ')) event.data = JSON.parse(line.slice('data: '.length));
  }
  return event;
};

/// POSTs `body` and gives the answer's status and headers, and its events as they come. Comments
/// are left out. `signal` breaks it off.
export async function open_events(client, path, body, {headers = {}, signal} = {}) {
  const sent = {
    ...client.headers, Accept: 'text/event-stream', 'Content-Type': 'application/json', ...headers,
  };
  if (client.token !== undefined) sent.Authorization = `Bearer ${client.token}`;
  secrets.add_sent('a stream', sent, body);
  const response = await fetch(new URL(path, client.url), {
    method: 'POST', headers: sent, body: JSON.stringify(body), signal,
  });
  return {status: response.status, headers: response.headers, events: events_of(response)};
}

async function* events_of(response) {
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of response.body) {
    text += decoder.decode(piece, {stream: true});
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = decode(text.slice(0, end));
      text = text.slice(end + 2);
      if (event.data !== undefined) yield event;
    }
  }
}

/// All of them, to the end.
export async function read_events(client, path, body, options) {
  const {status, headers, events} = await open_events(client, path, body, options);
  const all = [];
  for await (const event of events) all.push(event);
  return {status, headers, events: all};
}
