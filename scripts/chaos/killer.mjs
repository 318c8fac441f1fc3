import { setTimeout as wait } from 'node:timers/promises'

const STARTS = 20
const SERVICES = ['bank 1', 'bank 2', 'retirement']

/**
 * Kills a service at random moments, and PostgreSQL once, and starts each again a moment later.
 *
 * @param services `banks` and `retirement`: exchanged for the new process when one is back
 * @param seconds how long it goes on
 * @param pauseSeconds from one kill to the next, `[shortest, longest]`
 * @param awayAtOnce more than these are never down together: a slow machine starts them more slowly than they are killed
 */
export function createKiller({ world, services, env, random, seconds, pauseSeconds, awayAtOnce, tally, say }) {
  const comingBack = new Set()
  const away = new Set()
  const postgresAfterMs = seconds * 1000 * random.between(0.3, 0.7)
  /** Each once in every round: chance alone might spare one. */
  let stillToKill = SERVICES

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

  async function killService() {
    const name = random.oneOf(stillToKill.filter((name) => !away.has(name)))
    if (name === undefined) return
    stillToKill = stillToKill.filter((other) => other !== name)
    if (stillToKill.length === 0) stillToKill = SERVICES
    const index = Number(name.at(-1)) - 1
    const victim = name === 'retirement' ? services.retirement : services.banks[index]
    tally.kills += 1
    say(`killed ${name}`)
    await victim.stop('SIGKILL')
    bringBack(name, async () => {
      const service = await world.start(victim.name, { port: victim.port, env })
      if (name === 'retirement') services.retirement = service
      else services.banks[index] = service
    })
  }

  async function killPostgres() {
    await wait(postgresAfterMs)
    tally.kills += 1
    say('killed PostgreSQL')
    await world.killPostgres()
    await bringBack('PostgreSQL', world.startPostgres)
  }

  async function killServices(isOver) {
    while (!isOver()) {
      await wait(random.between(...pauseSeconds) * 1000)
      while (comingBack.size >= awayAtOnce && !isOver()) await Promise.race(comingBack)
      if (!isOver()) await killService()
    }
  }

  /** Until `isOver`; then it waits for everything to be up again. */
  return async (isOver) => {
    await Promise.all([killServices(isOver), killPostgres()])
    await Promise.all(comingBack)
  }
}
