import type { Refusal } from "@windlass/contract";
import type { AirflowV1Body } from "@windlass/contract";
import type { Rendered } from "../../dialect.ts";
import { windlassMember } from "../../windlass-member.ts";

const REFERENCE = "https://airflow.apache.org/docs/apache-airflow/2.11.2/stable-rest-api-ref.html#section/Errors/";

/** Names of Airflow's error classes and their titles by status. */
const BY_STATUS: Readonly<Record<number, { readonly type: string; readonly title: string }>> = {
  400: { type: "BadRequest", title: "Bad Request" },
  401: { type: "Unauthenticated", title: "Unauthorized" },
  403: { type: "PermissionDenied", title: "Forbidden" },
  404: { type: "NotFound", title: "Not Found" },
  406: { type: "NotAcceptable", title: "Not Acceptable" },
  409: { type: "AlreadyExists", title: "Conflict" },
  500: { type: "Unknown", title: "Internal Server Error" },
};

// Airflow leaves these to its framework, whose problem documents point nowhere.
const OF_THE_FRAMEWORK: Readonly<Record<string, AirflowV1Body>> = {
  "route.unknown": {
    title: "Not Found",
    detail:
      "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.",
  },
  "route.method": { title: "Method Not Allowed", detail: "The method is not allowed for the requested URL." },
  "request.media_type": { title: "Unsupported Media Type", detail: "Invalid Content-type, expected JSON data" },
};

/** A refusal as Airflow 2 shapes it, an RFC 7807 problem, with Windlass's explanation beside it. */
export function renderV1(refusals: readonly [Refusal, ...Refusal[]], requestId: string): Rendered {
  const [first] = refusals;
  const status = first.status.v1;
  const { title, detail } = first.airflow?.v1 ?? wordsOf(first, status);
  const type = first.code in OF_THE_FRAMEWORK ? "about:blank" : `${REFERENCE}${BY_STATUS[status]?.type ?? "Unknown"}`;
  return {
    status,
    type: "application/problem+json",
    body: { detail, status, title, type, windlass: windlassMember(refusals, requestId) },
  };
}

function wordsOf(refusal: Refusal, status: number): AirflowV1Body {
  const framework = OF_THE_FRAMEWORK[refusal.code];
  if (framework !== undefined) return framework;
  const title = BY_STATUS[status]?.title ?? refusal.summary;
  // Who you are and what you may not is never explained by Airflow 2; ours is in `windlass`.
  if (status === 401 || refusal.code.startsWith("permission.")) return { title, detail: null };
  if (refusal.code === "request.order_by") {
    return {
      title,
      detail: `Ordering with '${typeof refusal.actual === "string" ? refusal.actual : ""}' is disallowed or the attribute does not exist on the model`,
    };
  }
  return { title, detail: refusal.reason };
}
