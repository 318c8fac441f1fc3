import { setTimeout as wait } from 'node:timers/promises'

/** Start attempts before a victim counts as lost. */
const STARTS = 200
export const VICTIMS = ['bank 1', 'bank 2', 'retirement', 'PostgreSQL']

/**
 * Kills a service or PostgreSQL at random moments and restarts it shortly after.
 *
 * @param services `banks` and `retirement`: replaced by the new process after a restart
 * @param victims what each round kills, in random order; list a victim twice to kill it twice
 * @param pauseSeconds between two kills, `[shortest, longest]`
 * @param awayAtOnce victims that may be down together: a slow machine restarts them more slowly than this kills them
 */
export function createKiller({ world, services, env, random, victims, pauseSeconds, awayAtOnce, tally, say }) {
  const comingBack = new Set()
  const away = new Set()
  /** Every round kills each victim: random choice alone might spare one. */
  let stillToKill = victims

  /** Restarts a service until it stays up, as a supervisor does: without a database it exits at start. */
  async function revive(what, start) {
    for (let attempts = 1; ; attempts++) {
      try {
        return await start()
      } catch (error) {
        if (attempts === STARTS) throw new Error(`${what} did not come back: ${error.message}`, { cause: error })
        await wait(250)
      }
    }
  }

  function bringBack(what, start) {
    const downMs = random.between(100, 1_200)
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
    return back
  }

  async function killOne() {
    const name = random.oneOf(stillToKill.filter((name) => !away.has(name)))
    if (name === undefined) return
    stillToKill = stillToKill.toSpliced(stillToKill.indexOf(name), 1)
    if (stillToKill.length === 0) stillToKill = victims
    tally.kills += 1
    say(`killed ${name}`)
    if (name === 'PostgreSQL') {
      tally.killsOfPostgres += 1
      await world.killPostgres()
      bringBack(name, world.startPostgres)
      return
    }
    const index = Number(name.at(-1)) - 1
    const victim = name === 'retirement' ? services.retirement : services.banks[index]
    await victim.stop('SIGKILL')
    bringBack(name, async () => {
      const service = await world.start(victim.name, { port: victim.port, env })
      if (name === 'retirement') services.retirement = service
      else services.banks[index] = service
    })
  }

  async function killOneByOne(isOver) {
    while (!isOver()) {
      await wait(random.between(...pauseSeconds) * 1000)
      while (comingBack.size >= awayAtOnce && !isOver()) await Promise.race(comingBack)
      if (!isOver()) await killOne()
    }
  }

  /** Kills until `isOver`, then waits until everything runs again. */
  return async (isOver) => {
    await killOneByOne(isOver)
    await Promise.all(comingBack)
  }
}
