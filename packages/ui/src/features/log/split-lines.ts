/** Cuts a byte stream into lines and counts the bytes of whole ones, so that a cut connection goes on at the right byte. */
export class LineSplitter {
  #rest: Uint8Array<ArrayBufferLike> = new Uint8Array(0);
  #taken = 0;
  readonly #decoder = new TextDecoder();

  /** Bytes of all lines that were handed out, their ends included. */
  get taken(): number {
    return this.#taken;
  }

  /** Whole lines in what has arrived, without their ends. */
  push(chunk: Uint8Array): readonly string[] {
    const last = chunk.lastIndexOf(10);
    if (last < 0) {
      this.#rest = join(this.#rest, chunk);
      return [];
    }
    const whole = join(this.#rest, chunk.subarray(0, last));
    this.#rest = chunk.slice(last + 1);
    this.#taken += whole.length + 1;
    return this.#decoder.decode(whole).split("\n");
  }

  /** What stands behind the last line end, once nothing follows. */
  end(): readonly string[] {
    if (this.#rest.length === 0) return [];
    const line = this.#decoder.decode(this.#rest);
    this.#taken += this.#rest.length;
    this.#rest = new Uint8Array(0);
    return [line];
  }

  /** Forgets half a line: after a cut connection it is read again from `taken` on. */
  drop(): void {
    this.#rest = new Uint8Array(0);
  }
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
