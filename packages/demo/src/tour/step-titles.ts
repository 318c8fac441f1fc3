/** The guided tour's steps in order, as both apps name them while it lasts. */
export const TOUR_STEPS = [
  'Sign in at the bank',
  'Retirement, without another sign-in',
  'A session in one server’s memory',
  'Retirement does not know it',
  'A session in a shared store',
  'What is in the token',
  'Change it, and see it refused',
  'Who may sign?',
  'It expires and renews itself',
  'Sign out everywhere',
] as const
