import { pageRoute } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import { demoAssets, demoAssetUrl } from './assets.js'
import { probeCopies } from './tour/probe-copies.js'
import { type DemoOptions, tourRecorder } from './tour/recorder.js'
import { tourBarOf } from './tour/tour.js'
import { UnderTheHood } from './under-the-hood.js'

/**
 * Adds the demo to an app: links to its pages, "Under the hood" on every page, and the tour's part in both apps: recording,
 * sign-out measurement, the bar above pages and `/tour/leave`. It uses the page slots of the product. Register it in the root
 * context, because its hooks must see all routes.
 */
export const demo = fastifyPlugin<DemoOptions>(
  async (app, options) => {
    const { service, config } = options
    const { navigation, footerLinks, stylesheets, panels, notices } = app.pageSlots
    const bankUrl = service === 'bank' ? '' : config.BANK_URL
    app.assetFolders.push(demoAssets)
    stylesheets.push(demoAssetUrl('demo.css'))
    navigation.push({ key: 'token', label: 'Token', href: '/token' })
    footerLinks.push(
      { label: 'Take the tour', href: `${bankUrl}/tour` },
      { label: 'Inspect your token', href: '/token' },
      { label: 'The thief’s seat', href: `${bankUrl}/thief` },
      { label: 'Three approaches compared', href: `${bankUrl}/compare` },
      { label: 'Operations', href: `${bankUrl}/operations` },
    )
    panels.push((request) => (
      <UnderTheHood request={request} brand={service} statusListSeconds={app.statusLists.ageSeconds()} />
    ))
    await app.register(tourRecorder, options)
    probeCopies(app, config)
    notices.push((request) => tourBarOf(request, config.BANK_URL))
    app.post('/tour/leave', pageRoute({ auth: 'none', traced: false }), async (request, reply) => {
      if (request.tour) app.tour.cookies.leave(reply, request.tour)
      return reply.redirect(`${config.BANK_URL}/tour`, 303)
    })
  },
  { name: '@signet/demo', fastify: '5.x', dependencies: ['@signet/pages'] },
)
