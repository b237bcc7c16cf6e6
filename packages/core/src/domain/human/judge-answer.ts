import {
  type HumanRequest,
  type JsonObject,
  type Principal,
  refusal,
  type Refusal,
  type SerializedParam,
} from "@windlass/contract";
import { validateParams } from "@windlass/contract/params";

/** What a person answers. */
export interface GivenAnswer {
  readonly chosenOptions: readonly string[];
  readonly paramsInput: JsonObject;
}

/** Whether a question is for a principal: those assigned are named by user name or by id. */
export function isAssigned({ assignedUsers }: HumanRequest, { id, name }: Pick<Principal, "id" | "name">): boolean {
  return assignedUsers.length === 0 || assignedUsers.some((each) => each.id === String(id) || each.id === name);
}

/** Everything that speaks against an answer, in Airflow's order: who may answer, the options, then the form (which Airflow looks at only afterwards). */
export function judgeAnswer(
  request: HumanRequest,
  principal: Pick<Principal, "id" | "name">,
  answer: GivenAnswer,
): readonly Refusal[] {
  return [...notAssigned(request, principal), ...wrongOptions(request, answer), ...wrongInput(request, answer)];
}

function notAssigned(request: HumanRequest, principal: Pick<Principal, "id" | "name">): Refusal[] {
  if (isAssigned(request, principal)) return [];
  const { id, name } = principal;
  const assigned = request.assignedUsers.map((each) => each.name).join(", ");
  const airflow = { v2: `User=${name} (id=${String(id)}) is not a respondent for the task.` };
  return [refusal("human_step.not_assigned", { assigned, name }, { airflow })];
}

function wrongOptions({ options, multiple }: HumanRequest, { chosenOptions }: GivenAnswer): Refusal[] {
  const unknown = chosenOptions.filter((option) => !options.includes(option));
  const chosen = chosenOptions.join(", ");
  if (unknown.length > 0) {
    const airflow = {
      v2: `Invalid options ${pythonList(unknown)}; allowed options are ${pythonList(options)}.`,
    };
    const data = { options: options.join(", "), chosen };
    return [
      refusal("human_step.option_unknown", data, {
        pointer: "/chosen_options",
        actual: [...chosenOptions],
        expected: [...options],
        airflow,
      }),
    ];
  }
  if (multiple || chosenOptions.length <= 1) return [];
  const airflow = { v2: "Multiple options chosen but this Human-in-the-loop task accepts only a single option." };
  return [refusal("human_step.one_option", { chosen }, { pointer: "/chosen_options", airflow })];
}

function wrongInput({ params }: HumanRequest, { paramsInput }: GivenAnswer): Refusal[] {
  const unknown = Object.keys(paramsInput)
    .filter((name) => !Object.hasOwn(params, name))
    .map((field) => ({ field, problem: "is no field of the form", pointer: `/params_input/${field}` }));
  const { violations } = validateParams(asParams(params), paramsInput);
  const broken = violations.map(({ name, message, pointer }) => ({
    field: name,
    problem: message,
    pointer: `/params_input${pointer}`,
  }));
  return [...unknown, ...broken].map(({ field, problem, pointer }) => {
    const airflow = { v2: `Invalid input for param ${field}: ${problem}` };
    return refusal("human_step.input_wrong", { field, problem }, { pointer, airflow });
  });
}

/** The fields of a form with what was filled in, the others as they were shown. */
export function filledIn({ params }: HumanRequest, input: JsonObject): JsonObject {
  return validateParams(asParams(params), input).params;
}

function asParams(params: HumanRequest["params"]): { readonly [name: string]: SerializedParam } {
  return Object.fromEntries(
    Object.entries(params).map(([name, { value, schema, description, optional }]) => [
      name,
      {
        schema,
        hasDefault: value !== null,
        default: value,
        description,
        ...(optional === true && { optional }),
      } satisfies SerializedParam,
    ]),
  );
}

function pythonList(names: readonly string[]): string {
  return `[${[...names]
    .sort()
    .map((name) => `'${name}'`)
    .join(", ")}]`;
}
