import type { ChallengeStore } from '@signet/auth/issuer'
import type { BankDatabase } from '@signet/bank-database'

/** Keeps challenges in the bank's database, so that another replica can verify the response. */
export const challengeStore = (db: BankDatabase): ChallengeStore => ({
  save: async (challenge) => {
    await db.passkeyChallenge.create({ data: challenge })
  },
  take: async (challenge) => {
    const [taken] = await db.$queryRaw<Awaited<ReturnType<ChallengeStore['take']>>[]>`
      DELETE FROM passkey_challenges WHERE challenge = ${challenge}
      RETURNING challenge, purpose, user_id AS "userId", browser_hash AS "browserHash", commitment, expires_at AS "expiresAt"`
    return taken ?? null
  },
})

/** Deletes challenges and confirmations that have expired. */
export async function sweepChallenges(db: BankDatabase, now: Date): Promise<void> {
  await db.passkeyChallenge.deleteMany({ where: { expiresAt: { lt: now } } })
  await db.transferConfirmation.deleteMany({ where: { expiresAt: { lt: now } } })
}
