import { ActionIcon, Button } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { copyText } from "../copy-as/copy-text.ts";

/** Copies a text, and says so. Where the browser lets nothing onto the clipboard, it says that too. */
export function CopyButton({ text, label = "Copy", icon = false }: { text: string; label?: string; icon?: boolean }) {
  const [outcome, setOutcome] = useState<"" | "Copied" | "Select the text and copy it">("");
  useEffect(() => {
    if (outcome === "") return;
    const timer = window.setTimeout(() => setOutcome(""), 2000);
    return () => window.clearTimeout(timer);
  }, [outcome]);
  const copy = async (): Promise<void> => setOutcome((await copyText(text)) ? "Copied" : "Select the text and copy it");
  const glyph = outcome === "Copied" ? <IconCheck size={14} /> : <IconCopy size={14} />;
  return (
    <>
      {icon ? (
        <ActionIcon aria-label={label} title={label} onClick={() => void copy()}>
          {glyph}
        </ActionIcon>
      ) : (
        <Button variant="default" leftSection={glyph} onClick={() => void copy()}>
          {outcome === "" ? label : outcome}
        </Button>
      )}
      <span className="sr" role="status">
        {outcome}
      </span>
    </>
  );
}
