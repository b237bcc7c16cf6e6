import { type Instant, refusal, type Verdict } from "@windlass/contract";
import type { ActionRequest } from "@windlass/core/actions";
import { v2Manners } from "./manners.ts";

interface TriggerDates {
  readonly data_interval_start?: Instant | null | undefined;
  readonly data_interval_end?: Instant | null | undefined;
  readonly partition_key?: string | null | undefined;
}

/** Rules over several fields, which Airflow's schema checks only once each field by itself is right. */
export function crossFieldVerdicts(
  request: Pick<ActionRequest, "verdicts" | "body">,
  dagId: string,
  body: TriggerDates,
): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  const fieldsAreRight = !(request.verdicts ?? []).some(({ phase }) => phase === "body");
  if (fieldsAreRight && (body.data_interval_start == null) !== (body.data_interval_end == null)) {
    verdicts.push(
      v2Manners.issue({
        kind: "value_error",
        place: ["body"],
        message:
          "Value error, Either both data_interval_start and data_interval_end must be provided or both must be None",
        input: request.body ?? null,
        ctx: { error: {} },
        expected: "both ends of the data interval, or neither",
      }),
    );
  }
  if (body.partition_key != null) {
    const airflow = { v2: `Dag '${dagId}' is not a partitioned Dag and does not accept a partition_key.` };
    verdicts.push({
      phase: "run",
      refusal: {
        ...refusal(
          "request.field_wrong",
          {
            part: "body",
            name: "partition_key",
            problem: "the Dag is not partitioned",
            expected: "the body without it",
          },
          {
            pointer: "/partition_key",
            actual: body.partition_key,
            airflow,
          },
        ),
        status: { v1: 400, v2: 400, native: 400 },
      },
    });
  }
  return verdicts;
}
