import { type Refusal, refusal, type RefusalDetails } from "@windlass/contract";
import type { BodyProblem } from "../dialect.ts";
import { JSON_LIMITS } from "./json-reader.ts";

/** The refusal of a body that could not be read, in Windlass's words. @param airflow what the dialect's Airflow would say */
export function bodyRefusal(problem: BodyProblem, airflow: RefusalDetails["airflow"] = {}): Refusal {
  switch (problem.kind) {
    case "missing":
      return refusal("request.body_missing", {}, { pointer: "", airflow });
    case "media_type":
      return refusal(
        "request.media_type",
        { given: problem.given ?? "no content type" },
        {
          pointer: "header/content-type",
          expected: "application/json",
          actual: problem.given,
          airflow,
        },
      );
    case "json": {
      const { kind, at, problem: words, pointer } = problem.problem;
      if (kind === "syntax") return refusal("request.not_json", { at, problem: words }, { pointer: "", airflow });
      return refusal(
        "request.json_shape",
        { pointer: pointer === "" ? "the top" : pointer, problem: words, max_depth: JSON_LIMITS.maxDepth },
        { pointer, airflow },
      );
    }
  }
}
