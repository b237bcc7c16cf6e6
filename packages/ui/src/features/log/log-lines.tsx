import { useVirtualizer } from "@tanstack/react-virtual";
import { type ClipboardEvent, type KeyboardEvent, memo, type Ref, useImperativeHandle, useRef, useState } from "react";
import { usePreferences } from "../../preferences/preferences.ts";
import { LogLine } from "./log-line.tsx";
import { fileLine } from "./parse-line.ts";

const LINE_PX = 18;

// An event of several lines, such as an error with its stack, stands in JSON as one. All others are of one height and need no measuring.
const isTall = (raw: string | undefined): boolean => raw?.includes(String.raw`\n`) === true;

/** What the controls above can ask of the lines. Places count the lines shown, not those of the log. */
export interface LogLinesHandle {
  goTo(place: number): void;
  toEnd(): void;
}

/**
 * The lines in view, alone: scrolling draws these again and nothing else.
 * @param props.shown indexes of the lines shown; null: all
 */
export const LogLines = memo(function LogLines(props: {
  lines: readonly string[];
  shown: readonly number[] | null;
  count: number;
  search: string;
  current: number | undefined;
  onLine: (line: number) => void;
  onFollow: (follow: boolean) => void;
  ref: Ref<LogLinesHandle>;
}) {
  const { lines, shown, count, onFollow } = props;
  const { zone, logWrap } = usePreferences();
  const box = useRef<HTMLDivElement>(null);
  const selectedAll = useRef(false);
  // A scroll by ourselves is no wish of the reader.
  const byItself = useRef(false);
  const [, setMeasured] = useState(0);
  const lineAt = (place: number): number => (shown === null ? place : (shown[place] ?? 0));
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_PX,
    overscan: 20,
  });

  useImperativeHandle(
    props.ref,
    () => ({
      goTo(place) {
        byItself.current = true;
        virtual.scrollToIndex(place, { align: "center" });
        setMeasured((times) => times + 1);
      },
      toEnd() {
        byItself.current = true;
        virtual.scrollToIndex(count - 1, { align: "end" });
      },
    }),
    [virtual, count],
  );

  const selectAll = (): void => {
    const all = document.createRange();
    if (box.current !== null) all.selectNodeContents(box.current);
    const selection = window.getSelection();
    selection?.removeAllRanges();
    selection?.addRange(all);
    selectedAll.current = true;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key === "a") {
      event.preventDefault();
      selectAll();
    } else if (event.key === "End") {
      event.preventDefault();
      onFollow(true);
    } else if (event.key === "Home") {
      event.preventDefault();
      onFollow(false);
      virtual.scrollToIndex(0);
    } else if (event.key === "ArrowUp" || event.key === "PageUp") onFollow(false);
  };
  const onCopy = (event: ClipboardEvent): void => {
    if (!selectedAll.current) return;
    // Most of what is selected is not drawn.
    const text = Array.from({ length: count }, (_, place) => fileLine(lines[lineAt(place)] ?? "")).join("\n");
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
  };

  return (
    <div
      ref={box}
      className="log-box"
      role="log"
      aria-live="off"
      aria-label="Log lines"
      tabIndex={0}
      hidden={count === 0}
      onKeyDown={onKeyDown}
      onCopy={onCopy}
      onMouseDown={() => {
        selectedAll.current = false;
      }}
      onWheel={(event) => {
        if (event.deltaY < 0) onFollow(false);
      }}
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        if (scrollHeight - scrollTop - clientHeight < LINE_PX && !byItself.current) onFollow(true);
        byItself.current = false;
      }}
      onClick={(event) => {
        const number = (event.target as HTMLElement).dataset.line;
        if (number === undefined) return;
        event.preventDefault();
        props.onLine(Number(number));
      }}
    >
      <div className="log-lines" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ key, index, start }) => {
          const line = lineAt(index);
          return (
            <div
              key={key}
              data-index={index}
              className="log-place"
              {...(logWrap || isTall(lines[line]) ? { ref: virtual.measureElement } : {})}
              style={{ transform: `translateY(${start}px)` }}
            >
              <LogLine
                raw={lines[line] ?? ""}
                number={line + 1}
                search={props.search}
                zone={zone}
                current={props.current === line + 1}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
});
