import { CloseButton } from "@mantine/core";
import type { FieldProps } from "../param-field.tsx";

/** Label, description, mark and error of a field, as every control of Mantine takes them. */
export function labelsOf({ param, error }: FieldProps) {
  return {
    label: param.title,
    description:
      param.title === param.name
        ? param.description
        : `${param.description === "" ? "" : `${param.description} · `}${param.name}`,
    withAsterisk: param.required,
    "aria-required": param.required,
    error,
    name: param.name,
  };
}

/** Gives a nullable param back to null. */
export function NullButton({ param, value, onChange }: FieldProps) {
  return param.nullable && value !== null && value !== undefined ? (
    <CloseButton
      size="xs"
      aria-label={`Set ${param.title} to null`}
      title="Set to null"
      onClick={() => onChange(null)}
    />
  ) : null;
}

/** What an empty field says. */
export function emptyWord({ param, value }: FieldProps): string {
  return value === null ? "null" : value === undefined && param.required ? "needed" : "";
}
