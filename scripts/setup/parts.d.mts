/** A part of the machine that some tests need, with the path of its program if it is there. */
export interface Part {
  readonly name: string;
  readonly variable: string;
  readonly mend: string;
  readonly path: string | undefined;
  covers(file: string, title: string): boolean;
}

/** Every part with the path of its program, or undefined if it is absent. */
export function findParts(): Part[];

/** The environment in which tests find the parts; an absent one is the empty text. */
export function partsEnvironment(): Record<string, string>;
