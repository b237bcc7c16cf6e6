/**
 * Something that happens and that tests wait for. It costs nothing in production: without a waiter an emission is forgotten at once.
 */
export class Signal<T = void> {
  #waiters: { readonly matches: (value: T) => boolean; readonly resolve: (value: T) => void }[] = [];

  emit(value: T): void {
    if (this.#waiters.length === 0) return;
    const waiters = this.#waiters;
    this.#waiters = waiters.filter((each) => !each.matches(value));
    for (const each of waiters) if (each.matches(value)) each.resolve(value);
  }

  /** The next emission (that matches) from now on. */
  next(matches: (value: T) => boolean = () => true): Promise<T> {
    return new Promise((resolve) => this.#waiters.push({ matches, resolve }));
  }
}
