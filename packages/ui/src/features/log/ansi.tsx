import Anser from "anser";
import type { ReactNode } from "react";

/** Text with terminal colours as spans with classes; marks what is searched for. Never as HTML. */
export function LineText({ text, search }: { text: string; search: string }): ReactNode {
  if (!text.includes("\u001b")) return <Marked text={text} search={search} />;
  return Anser.ansiToJson(text, { use_classes: true, remove_empty: true, json: true }).map((part, index) => (
    <span
      key={index}
      className={[part.fg, part.bg && `${part.bg}-bg`, ...part.decorations.map((each) => `ansi-${each}`)]
        .filter(Boolean)
        .join(" ")}
    >
      <Marked text={part.content} search={search} />
    </span>
  ));
}

function Marked({ text, search }: { text: string; search: string }): ReactNode {
  if (search === "") return text;
  const lower = text.toLowerCase();
  const wanted = search.toLowerCase();
  const parts: ReactNode[] = [];
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + wanted.length)}</mark>);
    from = at + wanted.length;
  }
  parts.push(text.slice(from));
  return parts;
}
