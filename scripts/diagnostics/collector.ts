// One thing to look at when something has failed.

export interface Collector {
  /** Names it where it did not work. */
  readonly name: string;
  /** Whatever it throws is noted beside what the others found. */
  readonly collect: (put: Put, signal: AbortSignal) => Promise<void>;
}

/** `file`: a path in the folder of diagnostics. */
export type Put = (file: string, text: string) => void;
