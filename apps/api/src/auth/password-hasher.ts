import { AppError } from "@barrage/protocol";

/** Argon2id as OWASP recommends it: 19 MiB, two passes, one lane. */
const argon2 = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;

/** Hashes and checks passwords, only so many at a time. */
export interface PasswordHasher {
  /** @throws AppError `rate_limited` when too many are waiting */
  hash(password: string): Promise<string>;
  /**
   * Whether the password belongs to the hash. With `null` (no such user) a hash that fits nothing is checked, so that
   * the answer "no" costs the same whether the name exists or not.
   * @throws AppError `rate_limited` when too many are waiting
   */
  verify(password: string, hash: string | null): Promise<boolean>;
}

interface PasswordHasherOptions {
  /** Each running hash takes 19 MiB and a core. */
  readonly concurrentMax: number;
  /** How many may wait; one more is turned away. */
  readonly waitingMax: number;
}

/** Makes the hasher; a moment's work, because it hashes one password that nobody knows. */
export async function createPasswordHasher(options: PasswordHasherOptions): Promise<PasswordHasher> {
  const { concurrentMax, waitingMax } = options;
  const waiting: (() => void)[] = [];
  let running = 0;

  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (running >= concurrentMax) {
      if (waiting.length >= waitingMax) throw new AppError("rate_limited", { retryAfterMs: 1_000 });
      // Whoever finishes hands its place over, so `running` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }

  // The same letters typed on another system may be other code points (NIST SP 800-63B asks for a normal form).
  const normal = (password: string) => password.normalize("NFKC");
  const hash = (password: string) => inTurn(() => Bun.password.hash(normal(password), argon2));
  const nobodysHash = await hash(crypto.randomUUID());
  return {
    hash,
    verify: (password, stored) =>
      inTurn(async () => {
        const fits = await Bun.password.verify(normal(password), stored ?? nobodysHash);
        return fits && stored !== null;
      }),
  };
}
