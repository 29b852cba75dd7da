/** When this process was started, as ISO 8601: it may have served alone before it has others beside it. */
export function startedAt(): string {
  return new Date(Date.now() - process.uptime() * 1000).toISOString()
}
