import { stateWord } from "./words.ts";

/** A state as icon, word and colour. `bare` leaves the word to the title and to screen readers. */
export function StateMark({ state, bare = false }: { state: string | null; bare?: boolean }) {
  const word = stateWord(state);
  return bare ? (
    <span className="state-glyph" data-state={state ?? "none"} role="img" aria-label={word} title={word} />
  ) : (
    <span className="state-mark">
      <span className="state-glyph" data-state={state ?? "none"} aria-hidden="true" />
      {word}
    </span>
  );
}
