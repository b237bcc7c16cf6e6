import { nearest, refusal, RefusalError, type Verdict } from "@windlass/contract";
import { isUniqueViolation } from "../../database/database-error.ts";
import { existingObject, existsVerdict, unknownObject, unknownVerdict } from "../../domain/decide/object-names.ts";
import {
  deleteVariable as deleteRow,
  findVariable,
  insertVariable,
  listVariableKeys,
  upsertVariable,
} from "../../store/variables.ts";
import type { Action } from "../action.ts";
import type { ActionContext } from "../context.ts";
import { variablePlace } from "./connection-secrets.ts";
import { variableVariable } from "./environment.ts";

/** A variable as a caller writes it. */
export interface VariableInput {
  readonly key: string;
  readonly value: string;
  readonly description?: string | null | undefined;
}

/** Changes of a variable; what is absent stays. */
export interface VariableChanges {
  readonly key: string;
  readonly value?: string | undefined;
  readonly description?: string | null | undefined;
}

/** Names the variable that was written. */
export interface VariableResult {
  readonly key: string;
}

/** Makes a variable. On v1 an existing one is overwritten, as Airflow 2 does. */
export const createVariable: Action<VariableInput, VariableInput & { readonly overwrite: boolean }, VariableResult> = {
  name: "variable.create",
  event: "post_variable",
  subject: ({ key }) => ({ dagId: null, object: key }),
  async decide(context, request, input) {
    const verdicts: Verdict[] = [];
    const overwrite = request.dialect === "v1";
    if (!overwrite && input.key !== undefined && (await findVariable(context.database, input.key)))
      verdicts.push(existsVerdict("variable", input.key));
    return { verdicts, warnings: [], plan: { ...input, overwrite } };
  },
  async execute(tx, context, _request, { key, value, description = null, overwrite }) {
    const row = { key, value: context.secretBox.seal(value, variablePlace(key)), description };
    try {
      await (overwrite ? upsertVariable(tx, row) : insertVariable(tx, row));
    } catch (error) {
      if (isUniqueViolation(error, "variable_pkey")) throw new RefusalError(existingObject("variable", key));
      throw error;
    }
    return { result: { key }, afterCommit: () => context.dags.forget() };
  },
};

/** Changes a variable. */
export const patchVariable: Action<VariableChanges, VariableChanges, VariableResult> = {
  name: "variable.edit",
  event: "patch_variable",
  subject: ({ key }) => ({ dagId: null, object: key }),
  async decide(context, _request, input) {
    return { verdicts: await existence(context, input.key), warnings: [], plan: input };
  },
  async execute(tx, context, _request, { key, value, description }) {
    const before = await findVariable(tx, key);
    if (!before) throw new RefusalError(unknownObject("variable", key));
    await upsertVariable(tx, {
      key,
      value: value === undefined ? before.value : context.secretBox.seal(value, variablePlace(key)),
      description: description === undefined ? before.description : description,
    });
    return {
      result: { key },
      extra: {
        fields: [...(value === undefined ? [] : ["value"]), ...(description === undefined ? [] : ["description"])],
      },
    };
  },
};

/** Deletes a variable. */
export const deleteVariable: Action<VariableResult, VariableResult, VariableResult> = {
  name: "variable.delete",
  event: "delete_variable",
  subject: ({ key }) => ({ dagId: null, object: key }),
  async decide(context, _request, input) {
    return { verdicts: await existence(context, input.key), warnings: [], plan: input };
  },
  async execute(tx, context, _request, { key }) {
    if (!(await deleteRow(tx, key))) throw new RefusalError(unknownObject("variable", key));
    return { result: { key }, afterCommit: () => context.dags.forget() };
  },
};

async function existence(context: ActionContext, key: string): Promise<readonly Verdict[]> {
  if (await findVariable(context.database, key)) return [];
  const variable = variableVariable(key);
  if (context.environment[variable] !== undefined) {
    return [{ phase: "state", refusal: refusal("object.from_environment", { kind: "variable", name: key, variable }) }];
  }
  return [unknownVerdict("variable", key, nearest(key, await listVariableKeys(context.database)))];
}
