import { takeFromBucket } from "@barrage/domain";
import {
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace";

interface SamplerOptions {
  readonly sampleRatio: number;
  readonly believedPerSecond?: number | undefined;
  /** From whatever beginning; must not go back. */
  readonly nowMs: () => number;
}

/** Records a share of the traces that begin here, and those that a caller has begun to record, as far as it is believed. */
export function createSampler({ sampleRatio, believedPerSecond, nowMs }: SamplerOptions): Sampler {
  const root = new TraceIdRatioBasedSampler(sampleRatio);
  if (believedPerSecond === undefined) return new ParentBasedSampler({ root });
  return new ParentBasedSampler({ root, remoteParentSampled: atMost(believedPerSecond, nowMs) });
}

function atMost(perSecond: number, nowMs: () => number): Sampler {
  const rule = { capacity: perSecond, refillMs: 1_000 / perSecond };
  let full: number | undefined;
  return {
    shouldSample() {
      const { allowed, fullAtUs } = takeFromBucket({ rule, fullAtUs: full, nowUs: nowMs() * 1_000 });
      full = fullAtUs;
      return { decision: allowed ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
    },
    toString: () => `AtMost{${perSecond}/s}`,
  };
}
