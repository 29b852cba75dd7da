/** When the operating system started this process, as ISO 8601. Its internal server may start much later. */
export function startedAt(): string {
  return new Date(Date.now() - process.uptime() * 1000).toISOString()
}
