import type { VNode } from 'preact'
import { type Brand, brandNames, Mark, siblingOf } from './brand.js'
import { Form } from './forms.js'

export interface NavItem {
  label: string
  href: string
  current?: boolean | undefined
}

interface MastheadProps {
  brand: Brand
  nav: NavItem[]
  person: { id: string; name: string } | undefined
  siblingUrl: string
  signOutAction: string
}

/** The head of every page: the mark, the way to the other app, who is signed in, and the main navigation. */
export function Masthead({ brand, nav, person, siblingUrl, signOutAction }: MastheadProps): VNode {
  return (
    <header class="masthead">
      <div class="wrap masthead-top">
        <a class="brand" href="/">
          <Mark brand={brand} />
          <span class="wordmark">
            Signet <span>{brandNames[brand].short}</span>
          </span>
        </a>
        {person !== undefined && <span class="person">{person.name}</span>}
        <a class="sibling" href={siblingUrl}>
          {brandNames[siblingOf(brand)].short}
        </a>
        {person !== undefined && (
          <Form class="" action={signOutAction}>
            <button class="button sign-out" type="submit">
              Sign out
            </button>
          </Form>
        )}
      </div>
      {nav.length > 0 && (
        <nav class="wrap" aria-label="Main">
          <ul>
            {nav.map(({ label, href, current }) => (
              <li key={href}>
                <a href={href} aria-current={current ? 'page' : undefined}>
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
    </header>
  )
}
