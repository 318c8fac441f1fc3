/** Bounds: what there is beyond them is forgotten, the oldest first. */
export const MAX_EVENTS = 300
export const MAX_TOURS = 500

/** Where both services write what happened on a tour, and the bank reads it. Keys are hashes: no entry leads to a cookie. */
export interface TraceRows {
  /** Makes room for a tour; without it, nothing is kept of one. */
  begin(key: string, ttlSeconds: number): Promise<void>
  /** Adds to a tour that was begun and has not expired. To any other it does nothing. */
  append(key: string, event: string): Promise<void>
  /** In the order they were added; null for a tour that there is not. */
  read(key: string): Promise<unknown[] | null>
}
