import type { PageLink } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import { demoAssets, demoAssetUrl } from './assets.js'
import { type DemoOptions, tour } from './tour/tour.js'
import { authenticationDetails } from './under-the-hood/authentication-details.js'
import { UnderTheHood } from './under-the-hood/panel.js'

/**
 * Adds the demo to an app: links to its pages, "Under the hood" on every page and the tour. It uses the page slots of
 * the product. Register it in the root context, because its hooks must see all routes.
 */
export const demo = fastifyPlugin<DemoOptions>(
  async (app, { service, config, shared }) => {
    const { navigation, footerLinks, stylesheets, panels } = app.pageSlots
    app.assetFolders.push(demoAssets)
    stylesheets.push(demoAssetUrl('demo.css'))
    navigation.push({ key: 'token', label: 'Token', href: '/token' })
    footerLinks.push(...demoLinks(service === 'bank' ? '' : config.BANK_URL))
    panels.push((request) => <UnderTheHood {...authenticationDetails(request, service)} />)
    await app.register(tour, { service, config, shared })
  },
  { name: '@signet/demo', fastify: '5.x', dependencies: ['@signet/pages'] },
)

const demoLinks = (bankUrl: string): PageLink[] => [
  { label: 'Take the tour', href: `${bankUrl}/tour` },
  { label: 'Inspect your token', href: '/token' },
  { label: 'The thief’s seat', href: `${bankUrl}/thief` },
  { label: 'Three approaches compared', href: `${bankUrl}/compare` },
  { label: 'Operations', href: `${bankUrl}/operations` },
]
