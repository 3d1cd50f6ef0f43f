import {describe, expect, test} from 'vitest';
import {EventParser, type ServerEvent} from '../../src/api/sse';

const bytes = (text: string) => new TextEncoder().encode(text);

function parse(pieces: Uint8Array[]): ServerEvent[] {
  const parser = new EventParser();
  return pieces.flatMap((piece) => parser.feed(piece));
}

const stream = 'event: delta\r\ndata: {"text":"Grüße 🛒"}\r\n\r\n: beat\n\n' +
    'data: one\rdata:two\rdata:  three\r\rid: 4\nretry: 5\n\n' +
    'event: done\ndata\n\nevent: cut\ndata: o';
const events = [
  {name: 'delta', data: '{"text":"Grüße 🛒"}'},
  {name: 'message', data: 'one\ntwo\n three'},
  {name: 'done', data: ''},
];

describe('a stream of events', () => {
  test('is read whatever ends its lines', () => {
    expect(parse([bytes(stream)])).toEqual(events);
  });

  test('is read the same wherever it is cut in two', () => {
    const whole = bytes(stream);
    for (let i = 0; i <= whole.length; i++) {
      expect(parse([whole.subarray(0, i), whole.subarray(i)]), `cut at ${i}`).toEqual(events);
    }
  });

  test('is read the same when it comes byte by byte', () => {
    expect(parse([...bytes(stream)].map((byte) => Uint8Array.of(byte)))).toEqual(events);
  });

  test('may begin with a byte order mark', () => {
    expect(parse([bytes('\ufeffdata: 1\n\n')])).toEqual([{name: 'message', data: '1'}]);
  });

  test('has no event without data', () => {
    expect(parse([bytes('event: delta\n\n:\n\n\n\n')])).toEqual([]);
  });

  test('gives each event as soon as it is whole', () => {
    const parser = new EventParser();
    expect(parser.feed(bytes('data: 1\n'))).toEqual([]);
    expect(parser.feed(bytes('\n'))).toEqual([{name: 'message', data: '1'}]);
  });
});
