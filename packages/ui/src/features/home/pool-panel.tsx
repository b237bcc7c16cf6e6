import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { poolsQuery } from "../../api/queries/settings.ts";
import { Loaded } from "../../atoms/loaded.tsx";
import { PoolBar } from "../settings/pool-bar.tsx";

/** Slots of the pools. */
export function PoolPanel() {
  const query = useQuery({ ...poolsQuery(), retry: false });
  return (
    <section className="panel" aria-label="Pools">
      <div className="panel-head">
        <h2>Pools</h2>
        <Link to="/admin/pools" className="push">
          All pools
        </Link>
      </div>
      <div className="panel-body">
        <Loaded query={query} rows={2}>
          {({ pools }) => (
            <div className="pool">
              {pools.slice(0, 8).map((pool) => (
                <PoolRow key={pool.name} pool={pool} />
              ))}
            </div>
          )}
        </Loaded>
      </div>
    </section>
  );
}

function PoolRow({ pool }: { pool: Parameters<typeof PoolBar>[0]["pool"] }) {
  return (
    <>
      <span className="cut">{pool.name}</span>
      <PoolBar pool={pool} />
      <span className="number dim">
        {pool.occupied_slots} of {pool.slots < 0 ? "∞" : pool.slots}
      </span>
    </>
  );
}
