import type { VNode } from 'preact'

export interface DemoSignInsProps {
  people: { name: string; username: string; password: string }[]
  /** What is there to be looked at after signing in. */
  then?: { label: string; href: string; what: string }[] | undefined
}

/** The people of the demo and their passwords: shown only where the service runs as a demo. */
export function DemoSignIns({ people, then = [] }: DemoSignInsProps): VNode {
  return (
    <aside class="demo" aria-labelledby="demo-sign-ins">
      <h2 id="demo-sign-ins">Demo sign-ins</h2>
      <p>These people are made up, and so is their money.</p>
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
          <h2>Then look around</h2>
          <ul>
            {then.map(({ label, href, what }) => (
              <li key={href}>
                <a href={href}>{label}</a>
                <p>{what}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </aside>
  )
}
