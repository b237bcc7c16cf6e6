import { CloseButton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";

const PAUSE_MS = 200;

/** A filter whose text is in the URL: types at once, tells after a short pause. `/` leads into it. */
export function SearchField({
  label,
  value,
  onChange,
  width = 260,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  width?: number;
}) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    if (text === told.current) return;
    const timer = window.setTimeout(() => {
      told.current = text;
      onChange(text);
    }, PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [text, onChange]);
  return (
    <TextInput
      data-filter
      type="search"
      w={width}
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={
        text === "" ? undefined : <CloseButton size="xs" aria-label="Clear the filter" onClick={() => setText("")} />
      }
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape") event.currentTarget.blur();
      }}
    />
  );
}
