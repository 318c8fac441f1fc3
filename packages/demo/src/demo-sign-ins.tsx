import type { VNode } from 'preact'

export interface DemoSignInsProps {
  people: { name: string; username: string; password: string }[]
  /** Pages to open after signing in. */
  then?: { label: string; href: string; what: string }[] | undefined
}

/** Lists the demo users and their passwords. */
export function DemoSignIns({ people, then = [] }: DemoSignInsProps): VNode {
  return (
    <aside class="demo" aria-labelledby="demo-sign-ins">
      <h2 id="demo-sign-ins">Demo users</h2>
      <p class="muted small">These users and their money are fictional.</p>
      <ul>
        {people.map(({ name, username, password }) => (
          <li key={username}>
            <strong>{name}</strong>
            <span>
              <code>{username}</code> <span aria-hidden="true">/</span> <code>{password}</code>
            </span>
          </li>
        ))}
      </ul>
      {then.length > 0 && (
        <>
          <h2>What to try next</h2>
          <ul>
            {then.map(({ label, href, what }) => (
              <li key={href}>
                <a href={href}>{label}</a>
                <p class="muted small">{what}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </aside>
  )
}
