export const testDb = "real PostgreSQL";
