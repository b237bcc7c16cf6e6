import type { JsonValue } from "@windlass/contract/browser";

/** A JSON value, indented. */
export function JsonView({ value, label }: { value: JsonValue | undefined; label?: string }) {
  return (
    <pre className="block" tabIndex={0} aria-label={label ?? "JSON"}>
      {JSON.stringify(value ?? null, null, 2)}
    </pre>
  );
}
