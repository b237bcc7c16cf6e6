import { refusal, type Refusal, RefusalError, type Verdict } from "@windlass/contract";
import { isFavorite } from "../../queries/favorites.ts";
import { deleteFavorite, insertFavorite } from "../../store/favorites.ts";
import type { Action } from "../action.ts";
import { dagExists } from "./dag-findings.ts";

/** Which Dag is a favourite, or no longer one. */
export interface FavoriteInput {
  readonly dagId: string;
}

type FavoriteAction = Action<FavoriteInput, FavoriteInput, FavoriteInput>;

/** What Airflow 3 says of a row that its database holds already. */
const UNIQUE_VIOLATION = {
  reason: "Unique constraint violation",
  statement: "hidden",
  orig_error: "hidden",
  message: "The Dag is marked as a favourite already.",
};

/** Marks a Dag as the caller's favourite. */
export const favoriteDag: FavoriteAction = make("favorite_dag", true);

/** Takes the caller's mark back. */
export const unfavoriteDag: FavoriteAction = make("unfavorite_dag", false);

function make(event: string, wanted: boolean): FavoriteAction {
  return {
    name: "dag.favorite",
    event,
    subject: ({ dagId }) => ({ dagId }),
    async decide(context, request, input) {
      const { facts, verdicts } = await dagExists(context, request.principal, input.dagId);
      const all: Verdict[] = [...verdicts];
      const isNow = facts !== undefined && (await isFavorite(context.database, request.principal.id, input.dagId));
      if (facts && isNow === wanted) all.push({ phase: "conflict", refusal: sameAlready(input.dagId, wanted) });
      return { verdicts: all, warnings: [], plan: facts ? input : null };
    },
    async execute(tx, _context, request, input) {
      const changed = wanted ? insertFavorite : deleteFavorite;
      if (!(await changed(tx, request.principal.id, input.dagId)))
        throw new RefusalError(sameAlready(input.dagId, wanted));
      return { result: input };
    },
  };
}

function sameAlready(dagId: string, wanted: boolean): Refusal {
  const words = wanted ? "marked as a favourite already" : "not marked as a favourite";
  return refusal(
    "dag.favorite_same",
    { dag_id: dagId, words },
    { airflow: { v2: wanted ? UNIQUE_VIOLATION : "Dag is not marked as favorite" } },
  );
}
