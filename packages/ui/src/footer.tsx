import type { ComponentChildren, VNode } from 'preact'
import { type Brand, brandNames } from './brand.js'
import { Form } from './forms.js'

/** `auto` follows the system setting. */
export type Theme = 'auto' | 'light' | 'dark'

const themes: { value: Theme; label: string }[] = [
  { value: 'auto', label: 'Auto' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

interface FooterProps {
  brand: Brand
  theme: Theme
  path: string
  /** Shown above the footer in full width. */
  above?: ComponentChildren
  children?: ComponentChildren
}

/** The footer with the theme switch, which is a form so that it works without JavaScript. */
export function Footer({ brand, theme, path, above, children }: FooterProps): VNode {
  return (
    <footer class="foot">
      {above}
      <div class="wrap">
        <div class="foot-text">
          <p>{brandNames[brand].full}</p>
          {children}
        </div>
        <Form class="themes" action="/theme">
          <input type="hidden" name="return_to" value={path} />
          <fieldset>
            <legend>Theme</legend>
            {themes.map(({ value, label }) => (
              <button key={value} type="submit" name="theme" value={value} aria-pressed={theme === value}>
                {label}
              </button>
            ))}
          </fieldset>
        </Form>
      </div>
    </footer>
  )
}
