/** The network is not as asked for; the message says what to do. Exit code 1. */
export class NetworkFailure extends Error {
  override readonly name = "NetworkFailure";
}
