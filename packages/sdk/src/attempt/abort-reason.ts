/** Why an attempt's signal fired; it is the signal's `reason`, so `signal.throwIfAborted()` throws it. */
export class AttemptAborted extends Error {
  override readonly name: string;
  readonly kind: "timeout" | "cancelled";

  constructor(kind: "timeout" | "cancelled", message: string) {
    super(message);
    this.kind = kind;
    this.name = kind === "timeout" ? "TaskTimeout" : "TaskCancelled";
  }
}
