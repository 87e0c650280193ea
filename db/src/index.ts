export { type Database, type DatabaseOptions, type Orm, openDatabase } from "./database.ts";
export { fromDatabaseError, isDatabaseUnavailable, isUniqueViolation } from "./database-error.ts";
export { migrateDatabase } from "./migrate.ts";
