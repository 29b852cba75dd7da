import v8 from 'node:v8'

/**
 * Makes V8 collect garbage earlier, instead of letting the heap grow to several times the size of the live objects. For
 * commands that allocate much and run next to a shop on a small machine. When it was added, an import needed 200 MB instead
 * of 320 MB, and as much time as before.
 */
export function keepHeapLean(): void {
  v8.setFlagsFromString('--heap-growing-percent=50')
  v8.setFlagsFromString('--semi-space-growth-factor=1')
}
