// Who changes tasks, and looks at what was changed.
import {Client} from './client.mjs';
import {start} from './server.mjs';

let people = 0;

/// A server of a test's own: {nobody, someone, stop}. `someone` is new each time, and has the paths
/// of `surface` that are theirs.
export async function serve_changes() {
  const server = await start();
  const nobody = await Client.of(server);
  const someone = (surface) => {
    people += 1;
    const client = nobody.as(`changer-${people}`);
    client.tasks = surface.tasks(client.user_id);
    client.api = client.tasks.slice(0, -'/tasks'.length);
    return client;
  };
  return {nobody, someone, stop: () => server.stop()};
}

export const set_of = (answer) => Number(answer.headers.get('x-changeset-id'));

export const create = async (client, body) =>
  (await client.expect(201, 'POST', client.tasks, {body})).body;

export const get = async (client, path) =>
  (await client.expect(200, 'GET', client.api + path)).body;

/// The oldest first.
export const titles_of = async (client) =>
  (await client.expect(200, 'GET', `${client.tasks}?sort=-created`)).body.map(({title}) => title);

export const undo = (client, id, body, expected = 200) =>
  client.expect(expected, 'POST', `${client.api}/changesets/${id}/undo`, {body});
