import { Textarea } from "@mantine/core";
import type { JsonValue } from "@windlass/contract/browser";
import { useEffect, useState } from "react";
import type { FieldProps } from "../param-field.tsx";
import { emptyWord, labelsOf } from "./labels.tsx";

/** Any value as JSON; a constant is shown and cannot be changed. */
export function JsonField(props: FieldProps) {
  const { param, value, onChange, onDraft } = props;
  const [text, setText] = useState(() => write(value));
  useEffect(() => {
    setText((now) => (same(now, value) ? now : write(value)));
  }, [value]);
  const change = (next: string): void => {
    setText(next);
    if (next.trim() === "") {
      onDraft(undefined);
      onChange(param.nullable ? null : undefined);
      return;
    }
    try {
      onChange(JSON.parse(next) as JsonValue);
      onDraft(undefined);
    } catch (error) {
      onDraft(`Not JSON yet: ${error instanceof Error ? error.message : ""}`);
    }
  };
  return (
    <Textarea
      {...labelsOf(props)}
      classNames={{ input: "mono" }}
      autosize
      minRows={1}
      maxRows={16}
      readOnly={param.kind === "const"}
      spellCheck={false}
      placeholder={emptyWord(props)}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

function write(value: JsonValue | undefined): string {
  return value === undefined ? "" : JSON.stringify(value, null, typeof value === "object" ? 2 : 0);
}

function same(text: string, value: JsonValue | undefined): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === JSON.stringify(value);
  } catch {
    return value === undefined && text.trim() !== "";
  }
}
