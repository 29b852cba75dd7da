import type { Schedule } from '../../schemas.ts'

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const MINUTE_MS = 60_000
const formats = new Map<string, Intl.DateTimeFormat>()
/** The last local time of each zone, with its minute. A quote asks for the same minute for each of its promotions. */
const lastTimes = new Map<string, { minute: number; local: LocalTime }>()

interface LocalTime {
  /** 1: Monday. */
  weekday: number
  /** `HH:MM`. */
  time: string
}

/** Whether a moment is on one of the schedule's weekdays and within its hours, in its time zone. */
export function isScheduled({ timeZone, weekdays, hours }: Schedule, now: Date): boolean {
  const { weekday, time } = localTime(timeZone, now)
  if (!hours) return isWeekday(weekdays, weekday)
  const { from, to } = hours
  if (from <= to) return isWeekday(weekdays, weekday) && from <= time && time < to
  // The hours after midnight belong to the weekday on which they began
  if (time >= from) return isWeekday(weekdays, weekday)
  return time < to && isWeekday(weekdays, weekday === 1 ? 7 : weekday - 1)
}

/** Whether Intl knows the time zone, such as `Europe/Berlin`. */
export function isTimeZone(timeZone: string): boolean {
  try {
    formatOf(timeZone)
    return true
  } catch {
    return false
  }
}

function isWeekday(weekdays: readonly number[] | undefined, weekday: number): boolean {
  return weekdays === undefined || weekdays.includes(weekday)
}

function localTime(timeZone: string, now: Date): LocalTime {
  const minute = Math.floor(now.getTime() / MINUTE_MS)
  const last = lastTimes.get(timeZone)
  if (last?.minute === minute) return last.local
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  )
  const local = { weekday: WEEKDAYS.indexOf(parts.weekday!) + 1, time: `${parts.hour}:${parts.minute}` }
  lastTimes.set(timeZone, { minute, local })
  return local
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    formats.set(timeZone, format)
  }
  return format
}
