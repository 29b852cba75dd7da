import { describe, expect, it } from 'vitest'
import { commonPasswordProblem } from './common-password.ts'

const contextWords = ['Mia Meier', 'Mia', 'ada.lovelace@example.com', 'ada.lovelace', 'example', 'grovestore']

describe('commonPasswordProblem()', () => {
  it.each([
    '1234567890',
    '0987654321',
    '123456789012',
    '0000000000',
    'abababababab',
    '1231231231',
    'qwertyuiop',
    'QWERTYUIOP',
    'qwertyasdfgh',
    '1q2w3e4r5t',
    'abcdefghij',
    'password123',
    'Password1234!',
    'P@ssw0rd2024',
    'passwordpassword',
    'iloveyou123',
    'letmein2025!',
    'welcome12345',
    'administrator',
    'sunshine2024',
    'liverpool1892',
    'football1234',
    'december2025',
    'michael1985',
    '!!!monkey!!!',
    '2024-05-17',
    'ada.lovelace',
    'AdaLovelace1815',
    'ada.lovelace@example.com',
    'grovestore2025',
    'Mia Meier mia',
    'miaexample1',
  ])('refuses "%s"', (password) => {
    expect(commonPasswordProblem(password, contextWords)).toBeDefined()
  })

  it.each([
    'quaking aspen leaves',
    'what a stranger likes',
    'a better password',
    'some password 4',
    'Zürich im Frühling',
    'zebra-kelp-tundra',
    'x7#Lq9vTz2',
    'пароль от магазина',
    '合言葉は秘密のままで',
    'adalovelace wrote it',
  ])('accepts "%s"', (password) => {
    expect(commonPasswordProblem(password, contextWords)).toBeUndefined()
  })
})
