import { refuse } from "@windlass/contract";
import type { LiveEvent } from "../../live-feed.ts";

/** Whether a stream with some topics is to hear of an event. */
export type TopicFilter = (event: LiveEvent) => boolean;

const FORMS = "dags, refusals, dag:<dag_id>, run:<dag_id>/<run_id>";

function filterOf(topic: string): TopicFilter {
  if (topic === "dags") return ({ kind }) => kind === "dag" || kind === "dag_run" || kind === "import_error";
  if (topic === "refusals") return ({ kind }) => kind === "refusal";
  const dag = /^dag:(.+)$/su.exec(topic);
  if (dag) return ({ kind, dagId }) => kind !== "refusal" && dagId === dag[1];
  const run = /^run:([^/]+)\/(.+)$/su.exec(topic);
  if (run) return ({ dagId, runId }) => dagId === run[1] && runId === run[2];
  throw refuse(
    "request.field_wrong",
    { part: "query", name: "topics", problem: `${topic} is no topic`, expected: `some of ${FORMS}` },
    {
      pointer: "query/topics",
      actual: topic,
      expected: FORMS,
    },
  );
}

/** Reads topics, given in one text with commas or as repeated names; none of them: everything. @throws RefusalError */
export function readTopics(given: readonly string[]): TopicFilter {
  const filters = given
    .flatMap((each) => each.split(","))
    .filter((each) => each !== "")
    .map(filterOf);
  return filters.length === 0 ? () => true : (event) => filters.some((filter) => filter(event));
}
