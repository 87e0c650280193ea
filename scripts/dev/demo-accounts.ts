/** The demo's people. Their password is printed, and worth nothing: all of it listens on this machine alone. */
export const demoAccounts = {
  host: "demo_host",
  viewer: "demo_viewer",
  /** An administrator, where the database is our own. */
  administrator: "demo_admin",
  password: "barrage-demo",
  roomTitle: "Barrage demo",
} as const;
