/// Reads server-sent events (WHATWG HTML §9.2) from what comes in pieces, cut anywhere.

export interface ServerEvent {
  name: string;
  data: string;
}

export class EventParser {
  readonly #decoder = new TextDecoder();
  #line = '';
  #isAfterReturn = false;
  #name = '';
  #data: string[] = [];

  /// The events that this piece completes.
  feed(bytes: Uint8Array): ServerEvent[] {
    const events: ServerEvent[] = [];
    let text = this.#decoder.decode(bytes, {stream: true});
    // What has ended a line with its return ends it once.
    if (this.#isAfterReturn && text.startsWith('\n')) text = text.slice(1);
    else if (text === '') return events;
    this.#isAfterReturn = text.endsWith('\r');
    const lines = text.split(/\r\n|\r|\n/);
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = this.#take(this.#line + line);
      this.#line = '';
      if (event) events.push(event);
    }
    this.#line += rest;
    return events;
  }

  #take(line: string): ServerEvent | null {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#name = value;
    if (field === 'data') this.#data.push(value);
    return null;
  }

  #dispatch(): ServerEvent | null {
    const event = {name: this.#name || 'message', data: this.#data.join('\n')};
    const isWhole = this.#data.length > 0;
    this.#name = '';
    this.#data = [];
    return isWhole ? event : null;
  }
}
