import { memo } from "react";
import { stateWord } from "../../state/words.ts";
import type { TreeRow } from "./tree.ts";
import { cellState } from "./unpack.ts";

/** One row of cells. Drawn again only where its own characters changed, or the current cell comes or goes. */
export const GridRow = memo(
  function GridRow({ row, index, top, current }: { row: TreeRow; index: number; top: number; current: number }) {
    const cells = [];
    for (let column = 0; column < row.states.length; column++) {
      const state = cellState(row.states.charAt(column));
      cells.push(
        <span
          key={column}
          id={`cell-${index}-${column}`}
          role="gridcell"
          aria-colindex={column + 2}
          aria-label={state === "absent" ? "not in this version" : stateWord(state)}
          className="grid-cell"
          data-column={column}
          data-state={state}
          data-current={column === current || undefined}
        />,
      );
    }
    return (
      <div
        className="grid-row"
        role="row"
        aria-rowindex={index + 2}
        data-row={index}
        style={{ transform: `translateY(${top}px)` }}
      >
        <span
          className="grid-name"
          role="rowheader"
          id={`cell-${index}--1`}
          data-column={-1}
          data-current={current === -1 || undefined}
          title={row.id}
          style={{ paddingLeft: 10 + row.depth * 14 }}
        >
          {row.kind === "group" && <span className="grid-fold">{row.folded ? "▸" : "▾"}</span>}
          {row.label}
          {row.mapped && <span className="dim"> [ ]</span>}
        </span>
        {cells}
      </div>
    );
  },
  (before, after) =>
    before.row.states === after.row.states &&
    before.row.id === after.row.id &&
    before.row.folded === after.row.folded &&
    before.row.label === after.row.label &&
    before.index === after.index &&
    before.top === after.top &&
    before.current === after.current,
);
