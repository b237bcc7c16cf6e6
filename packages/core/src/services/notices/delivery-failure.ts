/** Why something was not delivered. Its text is shown: it names hosts and codes, never addresses with their paths, and no secret. */
export class DeliveryFailure extends Error {
  override readonly name = "DeliveryFailure";
}
