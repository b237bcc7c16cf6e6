import { type JsonObject, refusal, type Verdict } from "@windlass/contract";
import { rejectedByDatabase } from "./run-id.ts";

/** Whether a note is short enough. */
export function noteVerdicts(
  note: string | null | undefined,
  limit: number,
  v2Phase: "body" | "conflict",
  dialect: "v1" | "v2" | "native",
): readonly Verdict[] {
  // Airflow counts code points, not UTF-16 units.
  const length = note == null ? 0 : [...note].length;
  if (length <= limit) return [];
  const v1 = { title: "Bad Request", detail: `{'note': ['Longer than maximum length ${String(limit)}.']}` };
  const v2 =
    v2Phase === "conflict"
      ? rejectedByDatabase()
      : [
          {
            type: "string_too_long",
            loc: ["body", "note"],
            msg: `String should have at most ${String(limit)} characters`,
            input: note ?? "",
            ctx: { max_length: limit },
          },
        ];
  const refused = refusal(
    "limit.note_length",
    { actual: length, limit },
    { pointer: "/note", limit, airflow: { v1, v2 } },
  );
  return [{ phase: dialect === "v2" ? v2Phase : "fields", refusal: refused }];
}

/** Whether a conf is small enough to be kept with its run. */
export function confSizeVerdicts(conf: JsonObject, limitBytes: number): readonly Verdict[] {
  const actual = new TextEncoder().encode(JSON.stringify(conf)).length;
  if (actual <= limitBytes) return [];
  return [
    {
      phase: "limits",
      refusal: refusal("limit.conf_bytes", { actual, limit: limitBytes }, { pointer: "/conf", limit: limitBytes }),
    },
  ];
}
