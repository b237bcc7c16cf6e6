import { type DecisionWarning, type Instant, type JsonValue, refusal, type Verdict, warning } from "@windlass/contract";

/** The moments that a caller sent; null and undefined: none. */
export interface GivenDates {
  readonly logicalDate?: Instant | null | undefined;
  readonly dataIntervalStart?: Instant | null | undefined;
  readonly dataIntervalEnd?: Instant | null | undefined;
}

/** What the Dag says about its span. */
export interface DagSpan {
  readonly dagId: string;
  readonly startDate: Instant | null;
  readonly endDate: Instant | null;
}

/**
 * Verdicts and warnings on the logical date and the data interval.
 * @param strict as Airflow: a date before the start is taken, with a warning
 * @param v2Body the body, where it came by v2 and each field by itself is right: Airflow 3 judges the interval with the schema, before rights
 */
export function dateFindings(
  given: GivenDates,
  span: DagSpan,
  strict: boolean,
  v2Body?: JsonValue,
): { readonly verdicts: readonly Verdict[]; readonly warnings: readonly DecisionWarning[] } {
  const verdicts: Verdict[] = [];
  const warnings: DecisionWarning[] = [];
  const { logicalDate, dataIntervalStart, dataIntervalEnd } = given;
  if (logicalDate != null && span.startDate !== null && logicalDate < span.startDate) {
    const data = { dag_id: span.dagId, logical_date: logicalDate, start_date: span.startDate };
    if (strict) warnings.push(warning("date_before_start", data));
    else {
      const details = { pointer: "/logical_date", actual: logicalDate, expected: `${span.startDate} or later` };
      verdicts.push({ phase: "run", refusal: refusal("run.before_start_date", data, details) });
    }
  }
  if (logicalDate != null && span.endDate !== null && logicalDate > span.endDate) {
    warnings.push(warning("date_after_end", { logical_date: logicalDate, end_date: span.endDate }));
  }
  const hasStart = dataIntervalStart != null;
  if (hasStart !== (dataIntervalEnd != null)) {
    const only = hasStart ? "data_interval_start" : "data_interval_end";
    const lacking = hasStart ? "data_interval_end" : "data_interval_start";
    const v1 = {
      title: "Bad Request",
      detail: `{'_schema': ["Both 'data_interval_start' and 'data_interval_end' must be specified together"]}`,
    };
    const v2 = {
      type: "value_error",
      loc: ["body"],
      msg: "Value error, Either both data_interval_start and data_interval_end must be provided or both must be None",
      input: v2Body ?? {},
      ctx: { error: {} },
    };
    verdicts.push({
      phase: v2Body === undefined ? "fields" : "body",
      refusal: refusal(
        "run.interval_incomplete",
        { given: only },
        // An array is no item of pydantic's list, so it is not told beside wrong fields.
        { pointer: `/${lacking}`, missing: [lacking], airflow: { v1, v2: v2Body === undefined ? [v2] : v2 } },
      ),
    });
  }
  if (logicalDate === null && hasStart && dataIntervalEnd != null) warnings.push(warning("interval_dropped"));
  return { verdicts, warnings };
}
