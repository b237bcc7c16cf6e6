import { type AirflowV1Body, type Refusal, type RefusalCode, RefusalError } from "@windlass/contract";

/** What Airflow 2 says in one operation, by the code of the cause. */
export type Words = Readonly<
  Partial<Record<RefusalCode, AirflowV1Body | ((refusal: Refusal) => AirflowV1Body | undefined)>>
>;

/**
 * Gives refusals of an action the words of the operation that called it: Airflow 2 words the same cause differently from endpoint to
 * endpoint, at times as a title without detail.
 * @throws RefusalError the same refusals, reworded
 */
export async function inWordsOf<T>(words: Words, done: Promise<T>): Promise<T> {
  try {
    return await done;
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    const [first, ...rest] = error.refusals;
    throw new RefusalError(reword(first, words), ...rest);
  }
}

function reword(refusal: Refusal, words: Words): Refusal {
  const given = words[refusal.code as RefusalCode];
  const said = typeof given === "function" ? given(refusal) : given;
  return said === undefined ? refusal : { ...refusal, airflow: { ...refusal.airflow, v1: said } };
}

/** A title that says everything, without detail. */
export function titleOnly(title: string): AirflowV1Body {
  return { title, detail: null };
}
