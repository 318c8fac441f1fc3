import { setTimeout as wait } from 'node:timers/promises'
import type { OwnServer } from '@signet/testing'
import type { Environment, ServiceProcess } from '../processes/services.js'
import type { World } from '../processes/world.js'
import type { Random, Range } from './seeded-random.js'

/** Start attempts before a victim counts as lost. */
const STARTS = 200
export const VICTIMS = ['bank 1', 'bank 2', 'retirement', 'PostgreSQL'] as const

export type Victim = (typeof VICTIMS)[number]

/** Processes that run at the moment. A restart replaces its process. */
export interface Services {
  readonly banks: ServiceProcess[]
  retirement: ServiceProcess
}

export interface KillOptions {
  /** What each round kills, in random order; list a victim twice to kill it twice. */
  readonly victims: readonly Victim[]
  /** Between two kills. */
  readonly pauseSeconds: Range
  /** Victims that may be down together: a slow machine restarts them more slowly than this kills them. */
  readonly awayAtOnce: number
}

interface KillerParts extends KillOptions {
  readonly world: World
  readonly postgres: OwnServer
  readonly services: Services
  readonly env: Environment
  readonly random: Random
  readonly tally: { kills: number; killsOfPostgres: number }
  readonly say: (line: string) => void
}

/** Kills a service or PostgreSQL at random moments and restarts it shortly after. */
export function createKiller(parts: KillerParts) {
  const { world, postgres, services, env, random, victims, pauseSeconds, awayAtOnce, tally, say } = parts
  const comingBack = new Set<Promise<void>>()
  const away = new Set<Victim>()
  /** Every round kills each victim: random choice alone might spare one. */
  let stillToKill: readonly Victim[] = victims

  /** Restarts a service until it stays up, as a supervisor does: without a database it exits at start. */
  async function revive(what: Victim, start: () => Promise<void>): Promise<void> {
    for (let attempts = 1; ; attempts++) {
      try {
        return await start()
      } catch (error) {
        if (attempts === STARTS) throw new Error(`${what} did not come back: ${error}`, { cause: error })
        await wait(250)
      }
    }
  }

  function bringBack(what: Victim, start: () => Promise<void>): void {
    const downMs = random.between([100, 1_200])
    const killedAt = performance.now()
    away.add(what)
    const back = wait(downMs)
      .then(() => revive(what, start))
      .then(() => say(`${what} is back after ${((performance.now() - killedAt) / 1000).toFixed(1)} s`))
      .finally(() => {
        away.delete(what)
        comingBack.delete(back)
      })
    // The caller that awaits `comingBack` handles the rejection. Until then it must not end the process.
    back.catch(() => {})
    comingBack.add(back)
  }

  async function killOne() {
    const present = stillToKill.filter((name) => !away.has(name))
    if (present.length === 0) return
    const name = random.oneOf(present)
    stillToKill = stillToKill.toSpliced(stillToKill.indexOf(name), 1)
    if (stillToKill.length === 0) stillToKill = victims
    tally.kills += 1
    say(`killed ${name}`)
    if (name === 'PostgreSQL') {
      tally.killsOfPostgres += 1
      await postgres.kill()
      bringBack(name, postgres.start)
      return
    }
    const index = name === 'bank 1' ? 0 : 1
    const victim = name === 'retirement' ? services.retirement : services.banks[index]
    if (victim === undefined) return
    await victim.stop('SIGKILL')
    bringBack(name, async () => {
      const service = await world.start(victim.name, { port: victim.port, env })
      if (name === 'retirement') services.retirement = service
      else services.banks[index] = service
    })
  }

  async function killOneByOne(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await wait(random.between(pauseSeconds) * 1000)
      while (comingBack.size >= awayAtOnce && !isOver()) await Promise.race(comingBack)
      if (!isOver()) await killOne()
    }
  }

  /** Kills until `isOver`, then waits until everything runs again. */
  return async (isOver: () => boolean): Promise<void> => {
    await killOneByOne(isOver)
    await Promise.all(comingBack)
  }
}
