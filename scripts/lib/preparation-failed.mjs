/** The checkout could not be made ready. The message tells a person what to do; the details are printed already. */
export class PreparationFailed extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
