import type { VNode } from 'preact'

/** The people of the demo and their passwords: shown only where the service runs as a demo. */
export function DemoSignIns({ people }: { people: { name: string; username: string; password: string }[] }): VNode {
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
    </aside>
  )
}
