type Raw = Record<string, unknown>;

/** Reads a text of the URL; anything else counts as absent, so that a mangled link still opens the page. */
export function text(raw: Raw, name: string): string | undefined {
  const value = raw[name];
  if (typeof value === "string" && value !== "") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** Reads one of some words. */
export function word<const Word extends string>(raw: Raw, name: string, words: readonly Word[]): Word | undefined {
  return words.find((each) => each === raw[name]);
}

/** Reads a whole number from 0 on. */
export function whole(raw: Raw, name: string): number | undefined {
  const value = Number(raw[name]);
  return raw[name] !== undefined && raw[name] !== "" && Number.isInteger(value) && value >= 0 ? value : undefined;
}

/** Reads a switch. */
export function flag(raw: Raw, name: string): boolean | undefined {
  const value = raw[name];
  return value === true || value === "true" ? true : value === false || value === "false" ? false : undefined;
}

/** Reads a list of texts. */
export function texts(raw: Raw, name: string): readonly string[] | undefined {
  const value = raw[name];
  const list = (Array.isArray(value) ? value : value === undefined ? [] : [value]).filter(
    (each): each is string => typeof each === "string" && each !== "",
  );
  return list.length === 0 ? undefined : list;
}
