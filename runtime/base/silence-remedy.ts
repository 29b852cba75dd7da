/**
 * What the operator can do about a process that runs but does not answer, as sentences. `restartedBy`: who starts it
 * again after a kill.
 */
export function silenceRemedy(pid: number, restartedBy: 'the shop' | 'the operator'): string {
  const afterKill = restartedBy === 'the shop' ? ': the shop restarts it' : ', and start the shop again'
  return `If it was stopped, "kill -CONT ${pid}" resumes it. If it hangs, kill it with "kill -9 ${pid}"${afterKill}`
}
