export { type Database, type DatabaseOptions, type Orm, openDatabase } from "./database.ts";
export { fromDatabaseError, isDatabaseUnavailable, isUniqueViolation } from "./database-error.ts";
export { migrateDatabase } from "./migrate.ts";
export {
  type AuthLifetimes,
  type AuthSessionRow,
  deleteAuthSession,
  deleteAuthSessionOf,
  deleteAuthSessionsOf,
  findAuthSession,
  insertAuthSession,
  listAuthSessions,
  sweepExpiredAuthSessions,
  updateAuthSessionIdleEnd,
} from "./queries/auth-sessions.ts";
export { countFollowers, deleteFollow, insertFollow, isFollowing } from "./queries/follows.ts";
export {
  findCredentialsByName,
  findPasswordHash,
  findUserByName,
  insertUser,
  replacePasswordHash,
  type UserCredentials,
  type UserRow,
} from "./queries/users.ts";
