import type { JsonValue } from "@windlass/contract";

/** Bounds of a body's shape (docs: hardening limits). Depth counts nested arrays and objects, tokens every value and every key. */
export interface JsonLimits {
  readonly maxDepth: number;
  readonly maxTokens: number;
}

/** Bounds that no honest caller meets. */
export const JSON_LIMITS: JsonLimits = { maxDepth: 64, maxTokens: 100_000 };

/** What is wrong with a text that should be JSON. `problem` is worded as Python's reader words it, because v2 clients see those words. */
export interface JsonProblem {
  readonly kind: "syntax" | "too_deep" | "too_many_tokens" | "duplicate_key" | "forbidden_key" | "unstorable_text";
  readonly problem: string;
  /** Characters from the beginning of the text. */
  readonly at: number;
  /** JSON pointer of the place, for the kinds that have one. */
  readonly pointer: string;
}

/** The value of a JSON text, or what is wrong with it. */
export type JsonReading =
  { readonly ok: true; readonly value: JsonValue } | { readonly ok: false; readonly problem: JsonProblem };

/**
 * Reads JSON as the standard has it and nothing beyond: no NaN, no trailing commas, no key twice, none of the keys that would become a
 * prototype. `JSON.parse` is not used: it takes a nesting of 200,000 and keeps the last of two equal keys in silence.
 */
export function readJson(text: string, limits: JsonLimits = JSON_LIMITS): JsonReading {
  const reader = new Reader(text.startsWith("\uFEFF") ? text.slice(1) : text, limits);
  try {
    return { ok: true, value: reader.document() };
  } catch (error) {
    if (error instanceof Stop) return { ok: false, problem: error.problem };
    throw error;
  }
}

/** Unwinds the recursion of the reader; never leaves this file. */
class Stop extends Error {
  readonly problem: JsonProblem;
  constructor(problem: JsonProblem) {
    super(problem.problem);
    this.problem = problem;
  }
}

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// Everything of a string up to what needs a look: its end, an escape, a control character.
const PLAIN = /[^"\\\u0000-\u001F]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

class Reader {
  readonly #text: string;
  readonly #limits: JsonLimits;
  readonly #path: (string | number)[] = [];
  #at = 0;
  #tokens = 0;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  document(): JsonValue {
    this.#space();
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) this.#stop("syntax", "Extra data");
    return value;
  }

  #stop(kind: JsonProblem["kind"], problem: string, at = this.#at): never {
    const pointer = this.#path.map((each) => `/${String(each).replace(/~/g, "~0").replace(/\//g, "~1")}`).join("");
    throw new Stop({ kind, problem, at, pointer });
  }

  #count(depth: number): void {
    this.#tokens += 1;
    if (this.#tokens > this.#limits.maxTokens) {
      this.#stop("too_many_tokens", `more than ${this.#limits.maxTokens} values and keys`);
    }
    if (depth > this.#limits.maxDepth) this.#stop("too_deep", `nested deeper than ${this.#limits.maxDepth}`);
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      this.#at += 1;
    }
  }

  #value(depth: number): JsonValue {
    this.#count(depth);
    switch (this.#text[this.#at]) {
      case "{":
        return this.#object(depth + 1);
      case "[":
        return this.#array(depth + 1);
      case '"':
        return this.#string();
      case "t":
        return this.#word("true", true);
      case "f":
        return this.#word("false", false);
      case "n":
        return this.#word("null", null);
      default:
        return this.#number();
    }
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) this.#stop("syntax", "Expecting value");
    this.#at += word.length;
    return value;
  }

  #number(): number {
    NUMBER.lastIndex = this.#at;
    const found = NUMBER.exec(this.#text)?.[0];
    if (found === undefined || found === "") this.#stop("syntax", "Expecting value");
    this.#at += found.length;
    return Number(found);
  }

  #string(): string {
    const start = this.#at;
    let result = "";
    this.#at += 1;
    for (;;) {
      PLAIN.lastIndex = this.#at;
      const plain = PLAIN.exec(this.#text)?.[0] ?? "";
      result += plain;
      this.#at += plain.length;
      const next = this.#text[this.#at];
      if (next === '"') {
        this.#at += 1;
        // Neither PostgreSQL nor UTF-8 can hold them; taken, they would come back as something else.
        if (result.includes("\u0000") || !result.isWellFormed())
          this.#stop("unstorable_text", "a text holds NUL or half of a surrogate pair", start);
        return result;
      }
      if (next === undefined) this.#stop("syntax", "Unterminated string starting at", start);
      if (next !== "\\") this.#stop("syntax", "Invalid control character at");
      result += this.#escape(start);
    }
  }

  #escape(start: number): string {
    const letter = this.#text[this.#at + 1];
    if (letter === undefined) this.#stop("syntax", "Unterminated string starting at", start);
    if (letter === "u") {
      const digits = this.#text.slice(this.#at + 2, this.#at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.#stop("syntax", "Invalid \\uXXXX escape", this.#at + 1);
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const escaped = ESCAPES[letter];
    if (escaped === undefined) this.#stop("syntax", "Invalid \\escape");
    this.#at += 2;
    return escaped;
  }

  #array(depth: number): JsonValue[] {
    const items: JsonValue[] = [];
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] === "]") {
      this.#at += 1;
      return items;
    }
    for (;;) {
      this.#path.push(items.length);
      items.push(this.#value(depth));
      this.#path.pop();
      this.#space();
      const next = this.#text[this.#at];
      if (next === "]") {
        this.#at += 1;
        return items;
      }
      if (next !== ",") this.#stop("syntax", "Expecting ',' delimiter");
      this.#at += 1;
      this.#space();
    }
  }

  #object(depth: number): { [key: string]: JsonValue } {
    const entries: { [key: string]: JsonValue } = {};
    this.#at += 1;
    this.#space();
    if (this.#text[this.#at] === "}") {
      this.#at += 1;
      return entries;
    }
    for (;;) {
      if (this.#text[this.#at] !== '"') this.#stop("syntax", "Expecting property name enclosed in double quotes");
      const keyAt = this.#at;
      const key = this.#string();
      this.#count(depth);
      this.#path.push(key);
      if (FORBIDDEN_KEYS.has(key)) this.#stop("forbidden_key", `the name ${key} is not allowed`, keyAt);
      if (Object.hasOwn(entries, key)) this.#stop("duplicate_key", `the name ${key} occurs twice`, keyAt);
      this.#space();
      if (this.#text[this.#at] !== ":") this.#stop("syntax", "Expecting ':' delimiter");
      this.#at += 1;
      this.#space();
      entries[key] = this.#value(depth);
      this.#path.pop();
      this.#space();
      const next = this.#text[this.#at];
      if (next === "}") {
        this.#at += 1;
        return entries;
      }
      if (next !== ",") this.#stop("syntax", "Expecting ',' delimiter");
      this.#at += 1;
      this.#space();
    }
  }
}
