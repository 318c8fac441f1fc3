import type { Page } from '@playwright/test'

/**
 * Waits for the `load` event of the open page. Its content may appear before its style sheet and scripts.
 */
export const loaded = (page: Page): Promise<void> => page.waitForLoadState('load')
