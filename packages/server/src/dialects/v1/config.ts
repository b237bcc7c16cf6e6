import { refuse, type RefusalError } from "@windlass/contract";
import { defineOperation } from "../../operation.ts";
import { optional, text } from "../../request/field.ts";

/** As Airflow 2, which hides its configuration from the API unless told otherwise. */
function hidden(): RefusalError {
  const detail = "Your Airflow administrator chose not to expose the configuration, most likely for security reasons.";
  return refuse("config.hidden", {}, { airflow: { v1: { title: "Forbidden", detail } } });
}

/** The configuration, which is not shown here: `windlass config list` on the machine does. */
export const configOperations = [
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/config",
    operationId: "get_config",
    summary: "The configuration: not shown",
    action: "config.read",
    query: { section: optional(text()) },
    handle: () => Promise.reject(hidden()),
  }),
  defineOperation({
    dialect: "v1",
    method: "GET",
    path: "/api/v1/config/section/{section}/option/{option}",
    operationId: "get_value",
    summary: "One option of the configuration: not shown",
    action: "config.read",
    params: { section: text(), option: text() },
    handle: () => Promise.reject(hidden()),
  }),
];
