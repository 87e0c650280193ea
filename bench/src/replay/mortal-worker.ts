import { type RunningApp, startApp } from "@barrage/scripts/apps";
import { usageOf } from "../harness/process-usage.ts";

const sampleMs = 200;
const readyDeadlineMs = 60_000;

/** A worker that is killed without a word, again and again, and started anew. */
export class MortalWorker implements AsyncDisposable {
  readonly #variables: Readonly<Record<string, string>>;
  readonly #sampling: NodeJS.Timeout;
  #app: RunningApp;
  kills = 0;
  /** Over all its lives. */
  memoryMaxBytes = 0;

  private constructor(variables: Readonly<Record<string, string>>, app: RunningApp) {
    this.#variables = variables;
    this.#app = app;
    this.#sampling = setInterval(() => this.#sample(), sampleMs);
  }

  static async start(variables: Readonly<Record<string, string>>): Promise<MortalWorker> {
    return new MortalWorker(variables, await startApp({ name: "worker", variables, readyDeadlineMs }));
  }

  async killAndRestart(): Promise<void> {
    const dying = this.#app;
    dying.signal("SIGKILL");
    await dying.exited;
    this.kills += 1;
    this.#app = await startApp({ name: "worker", variables: this.#variables, readyDeadlineMs });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sampling);
    await this.#app.stop();
  }

  #sample(): void {
    try {
      this.memoryMaxBytes = Math.max(this.memoryMaxBytes, usageOf(this.#app.pid).rssBytes);
    } catch {
      // Between two of its lives there is nothing to read.
    }
  }
}
