// Who is told by a service that it is ready, as systemd is (sd_notify(3)).
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const SCRIPT = fileURLToPath(new URL('notify_socket.py', import.meta.url));
const LIMIT_MS = 20_000;

export class NotifySocket {
  #child;
  #ended;

  /// {time, lines} of each message, as they have come.
  messages = [];

  /// Listens at `address`: a path, or with @ before it a name without a file.
  static async listen(address) {
    const socket = new NotifySocket();
    socket.address = address;
    socket.#child = spawn('python3', [SCRIPT, address], {stdio: ['pipe', 'pipe', 'inherit']});
    const lines = createInterface({input: socket.#child.stdout});
    socket.#ended = Promise.all([once(socket.#child, 'close'), once(lines, 'close')]);
    const listening = once(lines, 'line');
    await Promise.race([listening, once(lines, 'close')]);
    lines.on('line', (line) => {
      socket.messages.push({time: performance.now(), lines: JSON.parse(line)});
      socket.#child.emit('message_came');
    });
    return socket;
  }

  /// All that has been told: "READY=1" and the like.
  get told() { return this.messages.flatMap(({lines}) => lines); }

  count(line) { return this.told.filter((each) => each === line).length; }

  /// Until `line` has been told so many times; its last time.
  async wait_for(line, times = 1) {
    const limit = AbortSignal.timeout(LIMIT_MS);
    while (this.count(line) < times) {
      await once(this.#child, 'message_came', {signal: limit}).catch(() => {
        throw new Error(`${line} has not come: ${JSON.stringify(this.told)}`);
      });
    }
    return this.messages.findLast(({lines}) => lines.includes(line)).time;
  }

  /// What has been sent before is among the messages then.
  async close() {
    this.#child.stdin.end();
    await this.#ended;
  }
}
