/** What the environment says to the cluster tests. */
export const clusterConfig = {
  /** How long the crowd is under fire; shorter while developing. */
  seconds: (): number => Number(process.env["CLUSTER_SECONDS"] || 60),
};
