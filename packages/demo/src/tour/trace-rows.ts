/** Beyond these bounds the oldest entries are deleted. */
export const MAX_EVENTS = 300
export const MAX_TOURS = 500

/** Storage of events: both services write, the bank reads. Keys are hashes of the tour's id, which is a secret. */
export interface TraceRows {
  /** Starts a recording. Events of a tour that was not started are dropped. */
  begin(key: string, ttlSeconds: number): Promise<void>
  /** Adds an event to an active tour. Does nothing for any other. */
  append(key: string, event: string): Promise<void>
  /** Returns events in the order of insertion; null when there is no such tour. */
  read(key: string): Promise<unknown[] | null>
}
