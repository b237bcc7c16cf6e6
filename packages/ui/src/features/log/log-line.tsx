import { memo, useState } from "react";
import { formatTime, type Zone } from "../../time/format.ts";
import { LineText } from "./ansi.tsx";
import { parseLine } from "./parse-line.ts";

// Longer lines are cut until somebody asks: one megabyte of text in one element stops a browser.
const CUT = 10_000;

/** One line, drawn. */
export const LogLine = memo(function LogLine({
  raw,
  number,
  search,
  zone,
  current,
}: {
  raw: string;
  number: number;
  search: string;
  zone: Zone;
  current: boolean;
}) {
  const [whole, setWhole] = useState(false);
  const line = parseLine(raw);
  const text = whole || line.text.length <= CUT ? line.text : line.text.slice(0, CUT);
  return (
    <div
      className="log-line"
      data-level={line.level ?? "none"}
      data-current={current || undefined}
      data-marker={line.marker ?? undefined}
    >
      <a className="log-number" href={`#L${number}`} data-line={number} aria-label={`Line ${number}`}>
        {number}
      </a>
      <span className="log-time">{formatTime(line.timestamp, zone)}</span>
      <span className="log-level">{line.level === null || line.level === "info" ? "" : line.level}</span>
      <span className="log-text">
        <LineText text={text} search={search} />
        {line.fields !== "" && <span className="log-fields"> {line.fields}</span>}
        {text.length < line.text.length && (
          <button type="button" className="tag" onClick={() => setWhole(true)}>
            show all {line.text.length.toLocaleString("en")} characters
          </button>
        )}
      </span>
      {(line.source === "stderr" || line.source === "windlass") && <span className="log-source">{line.source}</span>}
    </div>
  );
});
