/** One long-running part of a program. Whoever creates it hands it to `runApp`, which ends it. */
export interface Service {
  readonly name: string;
  /** Resolves when the service does its work. */
  readonly start?: () => Promise<void> | void;
  /** Finishes what is in hand and lets go of everything; hurries when `signal` aborts (the deadline has come). */
  readonly stop: (signal: AbortSignal) => Promise<void> | void;
}
