import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Empty } from "../../atoms/empty.tsx";
import { Loaded } from "../../atoms/loaded.tsx";
import { SearchField } from "../../atoms/search-field.tsx";
import { DagGrid } from "../grid/dag-grid.tsx";
import { gridQuery } from "../grid/grid-query.ts";
import { Legend } from "../grid/legend.tsx";

/** The grid of a Dag, with how many runs it shows. */
export function GridTab({ dagId, limit, onLimit }: { dagId: string; limit: number; onLimit: (limit: number) => void }) {
  const query = useQuery(gridQuery(dagId, limit));
  const [filter, setFilter] = useState("");
  return (
    <>
      <div className="grid-tools row wrap">
        <SearchField label="Filter tasks" value={filter} onChange={setFilter} width={200} />
        <SegmentedControl
          aria-label="Number of runs"
          data={["10", "25", "50", "100"]}
          value={String(limit)}
          onChange={(value) => onLimit(Number(value))}
        />
        <span className="dim">runs</span>
      </div>
      <Loaded query={query}>
        {(grid) =>
          grid.tasks.length === 0 ? (
            <Empty title="This Dag has no tasks" />
          ) : (
            <>
              <DagGrid dagId={dagId} grid={grid} filter={filter} />
              {grid.runs.length === 0 && (
                <Empty title="No run yet">
                  <Link to="/dags/$dagId/trigger" params={{ dagId }}>
                    Trigger the first one
                  </Link>
                </Empty>
              )}
              <Legend />
            </>
          )
        }
      </Loaded>
    </>
  );
}
