import { normalizeBlockedWords } from "@barrage/domain";
import { z } from "zod";

/** One setting that may change while everything runs. */
export interface LiveSetting<Value = unknown> {
  /** Reads a value, from a program or from the bucket. */
  readonly schema: z.ZodType<Value>;
  /** What holds while nothing is set; a process' environment may say another. */
  readonly default: Value;
  /** What the number counts; null for what is no number. */
  readonly unit: string | null;
  readonly description: string;
  /** The variable that gives a process another default; null when there is none. */
  readonly env: string | null;
}

interface NumberOptions {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  readonly description: string;
  readonly env?: string | null;
}

/** A whole number within bounds. */
export function wholeNumber({ min, max, env = null, ...rest }: NumberOptions) {
  return { ...rest, env, schema: z.int().min(min).max(max) } satisfies LiveSetting<number>;
}

/** A number within bounds, fractions too. */
export function anyNumber({ min, max, env = null, ...rest }: NumberOptions) {
  return { ...rest, env, schema: z.number().min(min).max(max) } satisfies LiveSetting<number>;
}

/** Something that is on unless it is switched off. */
export function featureSwitch(description: string) {
  return {
    default: true,
    unit: null,
    env: null,
    description,
    schema: z.boolean(),
  } satisfies LiveSetting<boolean>;
}

const wordsMax = 1_000;
const wordLengthMax = 40;

/** Words, kept as they are compared; see `containsBlockedWord`. */
export function wordList(description: string) {
  return {
    default: [] as readonly string[],
    unit: null,
    env: null,
    description,
    schema: z
      .array(z.string().min(1).max(wordLengthMax))
      .max(wordsMax)
      .transform((words): readonly string[] => normalizeBlockedWords(words)),
  } satisfies LiveSetting<readonly string[]>;
}
