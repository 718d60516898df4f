// The browser’s database of this terminal: its identity, the payments and refunds without an
// outcome, the announcements.

const databaseName = "huiyin-cashier";
const databaseVersion = 2;
const storeNames = ["identity", "attempts", "notices", "refunds"] as const;
export type StoreName = (typeof storeNames)[number];

/** Opens the database, creating the stores that are missing. Rejects where the browser keeps nothing. */
export function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName, databaseVersion);
    request.onupgradeneeded = () => {
      for (const name of storeNames)
        if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the database cannot be opened"));
    request.onblocked = () => reject(new Error("the database is held by another page"));
  });
}

/** Writes and waits until it is on disk, so that a crash right after it loses nothing. */
export function putRecord(
  database: IDBDatabase,
  store: StoreName,
  record: Readonly<{ key: string; value: unknown }>,
): Promise<void> {
  return finished(database, store, (records) => records.put(record.value, record.key));
}

export function removeRecord(database: IDBDatabase, store: StoreName, key: string): Promise<void> {
  return finished(database, store, (records) => records.delete(key));
}

export function readRecords(database: IDBDatabase, store: StoreName): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    const request = database.transaction(store, "readonly").objectStore(store).getAll();
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error(`${store} cannot be read`));
  });
}

function finished(
  database: IDBDatabase,
  store: StoreName,
  write: (records: IDBObjectStore) => IDBRequest,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, "readwrite", { durability: "strict" });
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error ?? new Error(`${store} cannot be written`));
    transaction.onabort = () => reject(transaction.error ?? new Error(`writing ${store} was aborted`));
    write(transaction.objectStore(store));
  });
}
