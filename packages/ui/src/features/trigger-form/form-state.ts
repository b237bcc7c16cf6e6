import type { JsonObject, JsonValue } from "@windlass/contract/browser";
import { isJsonObject } from "../../api/json.ts";

/** Everything that is typed into the trigger form. `conf` is what will be sent: fields and JSON view both write into it. */
export interface FormState {
  readonly conf: JsonObject;
  /** Problems of fields whose text is no value yet. */
  readonly drafts: Readonly<Record<string, string>>;
  /** The text of the JSON view while it is edited; null: the fields are in charge. */
  readonly json: string | null;
  readonly jsonProblem: string | null;
  readonly runId: string;
  readonly logicalDate: string;
  readonly note: string;
  readonly unpause: boolean;
}

/** What can happen to it. */
export type FormEvent =
  | { readonly type: "value"; readonly name: string; readonly value: JsonValue | undefined }
  | { readonly type: "draft"; readonly name: string; readonly problem: string | undefined }
  | { readonly type: "view"; readonly json: boolean }
  | { readonly type: "json"; readonly text: string }
  | { readonly type: "set"; readonly part: Partial<Pick<FormState, "runId" | "logicalDate" | "note" | "unpause">> };

/** The next state. */
export function formReducer(state: FormState, event: FormEvent): FormState {
  switch (event.type) {
    case "value": {
      const { [event.name]: _old, ...rest } = state.conf;
      const conf = event.value === undefined ? rest : { ...state.conf, [event.name]: event.value };
      return { ...state, conf };
    }
    case "draft": {
      const { [event.name]: _old, ...rest } = state.drafts;
      return { ...state, drafts: event.problem === undefined ? rest : { ...rest, [event.name]: event.problem } };
    }
    case "view":
      return { ...state, json: event.json ? JSON.stringify(state.conf, null, 2) : null, jsonProblem: null, drafts: {} };
    case "json":
      return { ...state, json: event.text, ...readConf(event.text, state.conf) };
    case "set":
      return { ...state, ...event.part };
  }
}

function readConf(text: string, before: JsonObject): Pick<FormState, "conf" | "jsonProblem"> {
  if (text.trim() === "") return { conf: {}, jsonProblem: null };
  try {
    const parsed: unknown = JSON.parse(text);
    return isJsonObject(parsed)
      ? { conf: parsed, jsonProblem: null }
      : { conf: before, jsonProblem: "The conf must be a JSON object" };
  } catch (error) {
    return { conf: before, jsonProblem: `Not JSON yet: ${error instanceof Error ? error.message : ""}` };
  }
}
