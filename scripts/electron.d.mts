/** The executable of Electron's runtime, or null while it is not here. */
export declare function electronBinary(): string | null
/** Why no window can be opened here, or null when one can. */
export declare function noDisplayReason(
  env?: Record<string, string | undefined>,
  platform?: string,
  uid?: number,
): string | null
/** The executable, fetched when it is missing; `again`: although that failed before. */
export declare function findElectron(again: boolean): { binary: string } | { reason: string }
