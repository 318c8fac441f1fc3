import { setTimeout as wait } from 'node:timers/promises'

/** Only something that never comes back fails as often. */
const STARTS = 200
export const VICTIMS = ['bank 1', 'bank 2', 'retirement', 'PostgreSQL']

/**
 * Kills a service or PostgreSQL at random moments and starts it again a moment later.
 *
 * @param services `banks` and `retirement`: exchanged for the new process when one is back
 * @param victims what is killed in each round; what stands there twice is killed twice
 * @param pauseSeconds from one kill to the next, `[shortest, longest]`
 * @param awayAtOnce more than these are never down together: a slow machine starts them more slowly than they are killed
 */
export function createKiller({ world, services, env, random, victims, pauseSeconds, awayAtOnce, tally, say }) {
  const comingBack = new Set()
  const away = new Set()
  /** Each once in every round: chance alone might spare one. */
  let stillToKill = victims

  /** A service that finds no database at its start ends again: then once more, as whoever supervises it would. */
  async function revive(what, start) {
    for (let tries = 1; ; tries++) {
      try {
        return await start()
      } catch (error) {
        if (tries === STARTS) throw new Error(`${what} did not come back: ${error.message}`, { cause: error })
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
    // Whoever waits for `settled` hears of a failure; until then it must not end the process.
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

  /** Until `isOver`; then it waits for everything to be up again. */
  return async (isOver) => {
    await killOneByOne(isOver)
    await Promise.all(comingBack)
  }
}
