// Every name stays prepared on every connection until that connection ends; texts made at run time (filters of a list) must not fill the server's memory.
const LIMIT = 1000;
const names = new Map<string, string>();
// Anything else is sent once in a while, and may hold a password (CREATE ROLE) that is not to be kept.
const PLANNED = /^\s*(select|insert|update|delete|with|merge|values)\b/i;

/** The name under which a statement is prepared, the same for the same text in the whole process; undefined where the text is to be sent unprepared. */
export function statementName(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= LIMIT || !PLANNED.test(text)) return known;
  const name = `w${String(names.size + 1)}`;
  names.set(text, name);
  return name;
}
