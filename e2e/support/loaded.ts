import type { Page } from '@playwright/test'

/**
 * Waits until the page that is open looks and works as it will: what was clicked for may be here before its style sheet and
 * its scripts are.
 */
export const loaded = (page: Page): Promise<void> => page.waitForLoadState('load')
