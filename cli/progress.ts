/** Says on stderr what takes long, so that stdout stays what was asked for. */
export const progress = (sentence: string): void => void process.stderr.write(`· ${sentence}\n`);
