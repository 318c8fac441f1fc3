import config from '../playwright.config.js'

const { WHOLE_CHROMIUM_PATH: executablePath } = process.env
const { args = [] } = config.use?.launchOptions ?? {}

/** A whole browser with its own defaults: Playwright turns the back/forward cache off, and the other tests share processes. */
export const ownDefaults = {
  launchOptions: {
    ...(executablePath === undefined ? {} : { executablePath }),
    args: args.filter((flag) => flag !== '--disable-site-isolation-trials'),
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  },
}
