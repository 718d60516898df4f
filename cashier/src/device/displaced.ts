// The last word of a page that was displaced: this terminal was activated on another device. It outlives the reload.

const storageKey = "huiyin.cashier.displaced";

type Kept = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** Keeps the word until the page has been loaded again; where nothing can be kept, it is lost. */
export function noteDisplaced(storage: Kept): void {
  try {
    storage.setItem(storageKey, "yes");
  } catch {
    // Storage is full or forbidden: the page asks for a code all the same.
  }
}

/** The word, once; null where there is none. */
export function takeDisplaced(storage: Kept): Readonly<{ kind: "displaced" }> | null {
  try {
    if (storage.getItem(storageKey) === null) return null;
    storage.removeItem(storageKey);
    return { kind: "displaced" };
  } catch {
    return null;
  }
}
