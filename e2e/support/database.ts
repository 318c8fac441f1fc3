import pg from 'pg'

/** Changes the bank's database as an operator can: with SQL. */
async function runSql(text: string, values: readonly unknown[]): Promise<number> {
  const connectionString = process.env.E2E_DATABASE_URL
  if (connectionString === undefined) throw new TypeError('E2E_DATABASE_URL is set by the global setup')
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query(text, [...values])).rowCount ?? 0
  } finally {
    await client.end()
  }
}

/** Makes the bank believe that a user typed the password some minutes ago. The user's next token says so. */
export async function setPasswordAge(username: string, minutes: number): Promise<void> {
  const changed = await runSql(
    `UPDATE sessions SET auth_time = now() - make_interval(mins => $2)
     FROM users WHERE users.id = sessions.user_id AND users.username = $1`,
    [username, minutes],
  )
  if (changed === 0) throw new Error(`${username} has no session`)
}
