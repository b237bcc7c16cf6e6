/** A run, however it is known. */
export function runKey({ dagId, runId }: { readonly dagId: string; readonly runId: string }): string {
  return `${dagId}/${runId}`;
}

/** A task instance, and a try of it where one is named, as reports call it. */
export function nameOf(of: {
  readonly dagId: string;
  readonly runId: string;
  readonly taskId: string;
  readonly mapIndex: number;
  readonly tryNumber?: number | undefined;
}): string {
  const name = `${of.dagId}/${of.runId}/${of.taskId}[${String(of.mapIndex)}]`;
  return of.tryNumber === undefined ? name : `${name} try ${String(of.tryNumber)}`;
}
