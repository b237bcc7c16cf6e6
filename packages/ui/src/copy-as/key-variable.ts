/** Environment variable that copied requests take the API key from: no secret ever stands in copied text. */
export const KEY_VARIABLE = "WINDLASS_API_KEY";
