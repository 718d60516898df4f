// Up to which number each session was sent everything: what tells a push that comes out of turn.
export type Progress = Readonly<{
  /** The greatest number that this session was sent; null while nothing is known of it. */
  sentThrough(terminalId: string, session: string): bigint | null;
  /** Never moves backwards within a session: what is sent again is older. */
  note(terminalId: string, session: string, sequence: bigint): void;
  /** Forgets the terminals of which `isKnown` says no. */
  forget(isKnown: (terminalId: string) => boolean): void;
}>;

export function createProgress(): Progress {
  const through = new Map<string, Readonly<{ session: string; sequence: bigint }>>();
  const sentThrough: Progress["sentThrough"] = (terminalId, session) => {
    const known = through.get(terminalId);
    return known?.session === session ? known.sequence : null;
  };
  return {
    sentThrough,
    note(terminalId, session, sequence) {
      const before = sentThrough(terminalId, session) ?? 0n;
      through.set(terminalId, { session, sequence: sequence > before ? sequence : before });
    },
    forget(isKnown) {
      for (const terminalId of through.keys()) if (!isKnown(terminalId)) through.delete(terminalId);
    },
  };
}
