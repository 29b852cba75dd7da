import v8 from 'node:v8'

/**
 * Has V8 collect garbage soon instead of letting the heap grow to several times of what is alive, from now on. For
 * commands that make much garbage and run beside a shop on a small machine: an import had 320 MB, and has 200 MB in the
 * same time.
 */
export function keepHeapLean(): void {
  v8.setFlagsFromString('--heap-growing-percent=50')
  v8.setFlagsFromString('--semi-space-growth-factor=1')
}
