import type { Config } from '#runtime/process/config.ts'

/** Tells the person at the terminal that the shop answers, and where. */
export function sayReady(config: Config, began: number, what?: string): void {
  console.log(`\n  Shop      ${config.publicUrl}`)
  console.log(`  API       ${config.publicUrl}/api/docs`)
  if (!process.env.SMTP_URL) console.log(`  Mailbox   ${config.publicUrl}/mailbox`)
  if (what) console.log(`  Runs as   ${what}`)
  console.log(
    `\n  Ready in ${((performance.now() - began) / 1000).toFixed(1)} s, data in ${config.dataDirectory}. Ctrl-C stops it.\n`,
  )
}
