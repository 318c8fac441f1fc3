import { expect, type Page } from '@playwright/test'

export const MEASURED = 'The three approaches, measured'

/** Presses the measure button of the open page. Retries while the bank responds that the machine is too busy. */
export async function measure(page: Page): Promise<void> {
  const address = page.url()
  const table = page.getByRole('table', { name: MEASURED })
  await expect(async () => {
    await page.getByRole('button', { name: /^Measure/ }).click()
    const refusal = page.getByRole('heading', { name: 'We cannot answer right now' })
    await expect(table.or(refusal).first()).toBeVisible()
    if (await table.isVisible()) return
    await page.goto(address)
    throw new Error('The bank refused to measure.')
  }).toPass()
}
