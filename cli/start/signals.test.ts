import { expect, it, onTestFinished, vi } from 'vitest'
import { recordingLog } from '#runtime/rpc/testing.ts'
import { stopAndExit } from './signals.ts'

it('logs that the shop stops, why, and that it has stopped', async () => {
  const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never)
  vi.useFakeTimers()
  onTestFinished(() => {
    vi.useRealTimers()
    exit.mockRestore()
  })
  const entries: unknown[] = []
  const log = { ...recordingLog().log, info: (...entry: unknown[]) => entries.push(entry) }
  await stopAndExit(async () => void entries.push('stop'), { log, reason: 'SIGTERM' })
  expect(entries).toEqual([[{ reason: 'SIGTERM' }, 'stopping'], 'stop', [{}, 'stopped']])
  expect(exit).toHaveBeenCalled()
})
