import type { JsonValue } from "@windlass/contract/browser";
import type { FormParam } from "./param.ts";
import { ChoiceField } from "./fields/choice-field.tsx";
import { FlagField } from "./fields/flag-field.tsx";
import { JsonField } from "./fields/json-field.tsx";
import { MomentField } from "./fields/moment-field.tsx";
import { NumberField } from "./fields/number-field.tsx";
import { StringsField } from "./fields/strings-field.tsx";
import { TextField } from "./fields/text-field.tsx";

/** What every field is given. `undefined` as value: the conf does not hold the param. */
export interface FieldProps {
  readonly param: FormParam;
  readonly value: JsonValue | undefined;
  readonly error: string | undefined;
  readonly onChange: (value: JsonValue | undefined) => void;
  /** Text that is no value yet, such as half a JSON object. */
  readonly onDraft: (problem: string | undefined) => void;
}

/** The control for one param. */
export function ParamField(props: FieldProps) {
  switch (props.param.kind) {
    case "string":
    case "multiline":
      return <TextField {...props} />;
    case "number":
    case "integer":
      return <NumberField {...props} />;
    case "boolean":
      return <FlagField {...props} />;
    case "enum":
    case "enums":
      return <ChoiceField {...props} />;
    case "date":
    case "time":
    case "date-time":
      return <MomentField {...props} />;
    case "strings":
      return <StringsField {...props} />;
    case "const":
    case "json":
      return <JsonField {...props} />;
  }
}
