import {describe, expect, test} from 'vitest';

import {rangeOf} from '../../../src/views/list/visible';

describe('the rows to draw', () => {
  test('are from the first on where nothing is scrolled', () => {
    const {first, end} = rangeOf(-120, 600, 48);
    expect(first).toBe(0);
    expect(end).toBeGreaterThanOrEqual(10);
  });

  test('are those in view and some before and behind them', () => {
    for (let above = 0; above < 480_000; above += 1234) {
      const {first, end} = rangeOf(above, 600, 48);
      expect(first).toBeLessThanOrEqual(Math.max(0, Math.floor(above / 48) - 8));
      expect(end).toBeGreaterThanOrEqual(Math.ceil((above + 600) / 48) + 8);
      expect(end - first).toBeLessThanOrEqual(40);
    }
  });

  test('stay the same for a little scrolling', () => {
    expect(rangeOf(4800, 600, 48)).toEqual(rangeOf(4800 + 20, 600, 48));
  });
});
