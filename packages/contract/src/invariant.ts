/** Thrown when the program contradicts itself. It is a defect of Windlass, never the answer to bad input. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** Asserts what must hold whatever the input was. @throws InvariantError */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** Ends a `switch` over a closed union; the compiler rejects a call that can be reached. @throws InvariantError */
export function assertNever(value: never): never {
  throw new InvariantError(`unexpected value ${JSON.stringify(value)}`);
}
