export interface ServiceProcess {
  readonly pid: number
  /** Time from the start of the process until it listened. */
  readonly startMs: number
  /** Resolves with a description of how the process ended. */
  readonly exited: Promise<string>
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Starts another process with the same arguments and further variables. */
  again(env?: NodeJS.ProcessEnv): Promise<ServiceProcess>
}

export function startServiceProcess(service: {
  readonly name: string
  /** File that Node.js runs. */
  readonly entry: string
  readonly env: NodeJS.ProcessEnv
  readonly logFolder: string
  readonly v8Flags?: readonly string[]
}): Promise<ServiceProcess>
