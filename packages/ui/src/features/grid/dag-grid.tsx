import { useVirtualizer } from "@tanstack/react-virtual";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type MouseEvent, useCallback, useMemo, useRef, useState } from "react";
import { usePreferences } from "../../preferences/preferences.ts";
import { stateWord } from "../../state/words.ts";
import { formatInstant } from "../../time/format.ts";
import { GridHead } from "./grid-head.tsx";
import { GridRow } from "./grid-row.tsx";
import { type TreeRow, treeRows } from "./tree.ts";
import { cellState, type Grid } from "./unpack.ts";
import "./grid.css";

const ROW_PX = 24;

interface Place {
  /** -1: the runs' bars. */
  readonly row: number;
  /** -1: the tasks' names. */
  readonly column: number;
}

/** Tasks and runs as an ARIA grid with one tab stop: arrows move the current cell, Enter opens it. */
export function DagGrid({ dagId, grid, filter }: { dagId: string; grid: Grid; filter: string }) {
  const { zone } = usePreferences();
  const navigate = useNavigate();
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [place, setPlace] = useState<Place>({ row: 0, column: Math.max(0, grid.runs.length - 1) });
  const box = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => treeRows(grid, folded, filter), [grid, folded, filter]);
  const { runs } = grid;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });

  const fold = useCallback(
    (id: string) =>
      setFolded((now) => (now.has(id) ? new Set([...now].filter((each) => each !== id)) : new Set([...now, id]))),
    [],
  );
  const open = (at: Place): void => {
    const run = runs[at.column];
    const row = rows[at.row];
    if (row?.kind === "group") fold(row.id);
    else if (row !== undefined && run !== undefined) void openCell(row, run.run_id);
    else if (row !== undefined)
      void navigate({ to: "/dags/$dagId", params: { dagId }, search: { tab: "tasks", task: row.id } });
    else if (run !== undefined)
      void navigate({ to: "/dags/$dagId/runs/$runId", params: { dagId, runId: run.run_id }, search: {} });
  };
  const openCell = (row: TreeRow, runId: string): Promise<void> => {
    const column = runs.findIndex((run) => run.run_id === runId);
    if (cellState(row.states.charAt(column)) === "absent") return Promise.resolve();
    return row.mapped
      ? navigate({ to: "/dags/$dagId/runs/$runId", params: { dagId, runId }, search: {} })
      : navigate({
          to: "/dags/$dagId/runs/$runId/tasks/$taskId",
          params: { dagId, runId, taskId: row.id },
          search: {},
        });
  };

  const describe = ({ row, column }: Place): string => {
    const run = runs[column];
    const task = rows[row];
    const parts = [
      task?.id,
      run === undefined
        ? undefined
        : task === undefined
          ? `${run.run_id}: ${stateWord(run.state)}`
          : `${stateWord(cellState(task.states.charAt(column)))} in ${run.run_id}`,
      run === undefined ? undefined : formatInstant(run.run_after, zone),
      run?.note ?? undefined,
      task !== undefined && run?.tries?.[task.id] !== undefined ? `try ${run.tries[task.id]}` : undefined,
    ];
    return parts.filter((each) => each !== undefined && each !== "").join(" · ");
  };
  const placeOf = (target: EventTarget): Place | undefined => {
    const cell = (target as HTMLElement).closest<HTMLElement>("[data-column]");
    if (cell === null) return undefined;
    const row = cell.closest<HTMLElement>("[data-row]");
    return { row: row === null ? -1 : Number(row.dataset.row), column: Number(cell.dataset.column) };
  };
  // Straight into the document: moving the pointer over the grid renders nothing.
  const tell = (text: string): void => {
    if (readout.current !== null) readout.current.textContent = text;
  };
  const onMouseOver = (event: MouseEvent): void => {
    const at = placeOf(event.target);
    if (at !== undefined) tell(describe(at));
  };
  const onClick = (event: MouseEvent): void => {
    const at = placeOf(event.target);
    if (at === undefined || (at.row === -1 && at.column === -1)) return;
    setPlace(at);
    open(at);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = move(place, event, rows.length, runs.length);
    if (next !== undefined) {
      event.preventDefault();
      setPlace(next);
      if (next.row >= 0) virtual.scrollToIndex(next.row);
      box.current
        ?.querySelector(`#cell-${next.row}-${next.column}`)
        ?.scrollIntoView({ block: "nearest", inline: "nearest" });
      tell(describe(next));
    } else if (event.key === "Enter") {
      event.preventDefault();
      open(place);
    } else if (event.key === " ") {
      event.preventDefault();
      const row = rows[place.row];
      if (row?.kind === "group") fold(row.id);
    }
  };

  return (
    <>
      <div className="grid-readout" ref={readout} role="status" aria-label="Cell" />
      <div
        ref={box}
        className="grid-box"
        role="grid"
        aria-label={`Tasks and runs of ${dagId}`}
        aria-rowcount={rows.length + 1}
        aria-colcount={runs.length + 1}
        aria-activedescendant={`cell-${place.row}-${place.column}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onMouseOver={onMouseOver}
        onMouseLeave={() => tell("")}
        onClick={onClick}
      >
        <GridHead runs={runs} current={place.row === -1 ? place.column : -2} zone={zone} />
        <div className="grid-rows" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            return row === undefined ? null : (
              <GridRow
                key={row.id}
                row={row}
                index={index}
                top={start}
                current={place.row === index ? place.column : -2}
              />
            );
          })}
        </div>
      </div>
    </>
  );
}

function move(
  { row, column }: Place,
  { key, shiftKey }: KeyboardEvent,
  rows: number,
  columns: number,
): Place | undefined {
  const step = shiftKey ? 5 : 1;
  const within = (value: number, most: number): number => Math.max(-1, Math.min(most - 1, value));
  switch (key) {
    case "ArrowUp":
      return {
        row: within(row - step, rows),
        column: Math.max(0, column) === column ? column : row - step < 0 ? 0 : column,
      };
    case "ArrowDown":
      return { row: within(row + step, rows), column };
    case "ArrowLeft":
      return { row, column: row === -1 ? Math.max(0, column - step) : within(column - step, columns) };
    case "ArrowRight":
      return { row, column: within(column + step, columns) };
    case "Home":
      return { row, column: row === -1 ? 0 : -1 };
    case "End":
      return { row, column: columns - 1 };
    case "PageDown":
      return { row: within(row + 20, rows), column };
    case "PageUp":
      return { row: Math.max(0, row - 20), column };
    default:
      return undefined;
  }
}
