export { compileParam, type CompiledParam, type ParamValidator } from "./compile.ts";
export { compilePattern, patternProblem } from "./pattern.ts";
export { MAX_SCHEMA_DEPTH, MAX_SCHEMA_LENGTH, schemaLimitProblem } from "./schema-limits.ts";
export { validateParams, type ParamViolation, type ValidatedParams } from "./validate.ts";
