export { createHistogram, type Histogram } from "./histogram.ts";
export { createRandom } from "./random.ts";
export { stamped } from "./stamp.ts";
export type { Viewer } from "./viewer.ts";
export { Viewers, type ViewersOptions, type ViewersReport } from "./viewers.ts";
