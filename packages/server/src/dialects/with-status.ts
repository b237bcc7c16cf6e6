import { type Refusal, RefusalError } from "@windlass/contract";

/** A refusal that Airflow answers with another status here than elsewhere, to be thrown. */
export function withStatus(status: number, refusal: Refusal): RefusalError {
  return new RefusalError({ ...refusal, status: { v1: status, v2: status, native: status } });
}
