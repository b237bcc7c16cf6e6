import { fullFormats } from "ajv-formats/dist/formats.js";

/**
 * The formats that are checked. An unknown format is a hint to the form (such as `multiline`) and passes, as on Airflow.
 * `date-time` and `time` may come without a zone, which Airflow takes for UTC.
 */
export const PARAM_FORMATS = {
  ...fullFormats,
  "date-time": fullFormats["iso-date-time"],
  time: fullFormats["iso-time"],
};
