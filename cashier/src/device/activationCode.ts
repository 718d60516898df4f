// The activation code as it comes in: from the address of the page, or typed by hand.

/** The code of an address such as /cashier/#code=7K4M-Q2XP, which is then taken out of the address bar. */
export function takeCodeFromAddress(): string | null {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (code !== null) history.replaceState(null, "", location.pathname + location.search);
  return code;
}

/** As people read codes to each other: any case, O for 0, I and L for 1, blanks and dashes anywhere. */
export function normalisedCode(code: string): string {
  const plain = code
    .normalize("NFKC")
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, "");
  return plain.replaceAll("O", "0").replaceAll(/[IL]/g, "1").replaceAll("U", "V");
}
