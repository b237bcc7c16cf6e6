/**
 * What the package refuses by throwing, at the same call: a Dag file that throws this does not load and shows the sentence with its line, a task
 * that throws it fails with it.
 */
export class AirflowSdkMisuse extends Error {
  override readonly name = "AirflowSdkMisuse";
}
