/// A browser's LockManager, as far as the page needs it.
export class FakeLocks {
  readonly #tails = new Map<string, Promise<unknown>>();
  readonly #counts = new Map<string, number>();

  async request<T>(
      name: string, {ifAvailable}: {ifAvailable?: boolean},
      work: (lock: object | null) => Promise<T>): Promise<T> {
    const count = this.#counts.get(name) ?? 0;
    if (ifAvailable && count > 0) return work(null);
    this.#counts.set(name, count + 1);
    const done = (this.#tails.get(name) ?? Promise.resolve()).then(() => work({name}));
    this.#tails.set(name, done.catch(() => {}));
    try {
      return await done;
    } finally {
      this.#counts.set(name, (this.#counts.get(name) ?? 1) - 1);
    }
  }
}
