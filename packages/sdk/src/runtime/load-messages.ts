import type { LoadError, SerializedDag, TimetableAnswer, TimetableRequest } from "@windlass/contract";

/** To the thread that loads a bundle. */
export interface LoadRequest {
  readonly bundlePath: string;
  readonly dagsFolder: string;
  readonly file: string;
}

/** To the thread that asks a timetable of a bundle. */
export type TimetableLoad = Omit<TimetableRequest, "id">;

/** From the thread: it is warm, or it is done. */
export type FromLoader =
  | { readonly type: "warm" }
  | { readonly type: "loaded"; readonly dags: readonly SerializedDag[]; readonly errors: readonly LoadError[] }
  | { readonly type: "answered"; readonly answer: TimetableAnswer };
