import { expect, test } from 'vitest'
import { quantityField } from './quantity-field.ts'

test.each([2, '12', '-1', ''])('quantityField() shows "%s" in a number field with buttons', (quantity) => {
  const field = String(quantityField('quantity', 'Quantity', quantity))
  expect(field).toContain(`type="number" name="quantity" value="${quantity}"`)
  expect(field).toContain(' data-stepper')
})

test.each(['-', '--1', '1-', '1.5', 'two'])('quantityField() shows "%s" in a text field', (quantity) => {
  const field = String(quantityField('quantity', 'Quantity', quantity))
  expect(field).toContain(`type="text" name="quantity" value="${quantity}"`)
  expect(field).not.toContain('data-stepper')
})
