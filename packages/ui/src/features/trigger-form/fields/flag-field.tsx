import { SegmentedControl, Switch } from "@mantine/core";
import type { FieldProps } from "../param-field.tsx";
import { labelsOf } from "./labels.tsx";

/** Yes or no; with null, or without a default, as three choices: a switch would already be an answer. */
export function FlagField(props: FieldProps) {
  const { param, value, onChange, error } = props;
  const { label, description, withAsterisk } = labelsOf(props);
  if (!param.nullable && !param.required) {
    return (
      <Switch
        label={label}
        description={description}
        error={error}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  const id = `flag-${param.name}`;
  return (
    <div>
      <div className="mantine-InputWrapper-label" id={id}>
        {label}
        {withAsterisk && <span className="bad"> *</span>}
      </div>
      {description !== "" && <div className="mantine-InputWrapper-description">{description}</div>}
      <SegmentedControl
        aria-labelledby={id}
        data={[
          ...(param.nullable ? [{ value: "null", label: "null" }] : [{ value: "", label: "not given" }]),
          { value: "true", label: "true" },
          { value: "false", label: "false" },
        ]}
        value={value === undefined ? "" : JSON.stringify(value)}
        onChange={(next) => onChange(next === "" ? undefined : next === "null" ? null : next === "true")}
      />
      {error !== undefined && <div className="bad">{error}</div>}
    </div>
  );
}
