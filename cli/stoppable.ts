const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The exit code of what a signal ended. */
export const stoppedCode = 130;

/**
 * Does what a signal asks to end in order: a second one, from an impatient user or a wrapper that passes it on, must not cut the
 * clean-up short.
 * @param work throws the reason of its signal where it is left undone
 * @returns its exit code
 */
export async function stoppable(work: (stopping: AbortSignal) => Promise<number>): Promise<number> {
  const asked = new AbortController();
  const onSignal = () => asked.abort();
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await work(asked.signal);
  } catch (error) {
    if (asked.signal.aborted && error === asked.signal.reason) return stoppedCode;
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
