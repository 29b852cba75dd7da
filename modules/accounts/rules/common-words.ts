/**
 * The words of common passwords, in lower case: words of published lists of leaked passwords, first names, teams,
 * months and days, and keyboard rows. `commonPasswordProblem` also finds combinations of up to three of them, with
 * digits and signs around them or in place of letters, so a short list covers many passwords.
 */
export const COMMON_WORDS: ReadonlySet<string> = new Set(
  `
  password passwd passwort passw pass word motdepasse contrasena senha parola wachtwoord haslo lozinka salasana jelszo
  admin administrator root user guest login logon test tester testing temp temporary default changeme change secret
  private access account security secure system server manager master boss superuser support service office company
  welcome willkommen bienvenue hello hallo hola bonjour letmein let me in open opensesame sesame enter please thankyou
  iloveyou i love you loveyou loveme lovely lover mylove forever always baby babygirl babyboy angel angels princess
  prince princesa queen king sweetheart sweetie honey sugar cutie cute darling kisses kiss heart amor tequiero teamo
  qwerty qwertz azerty qwert asdf asdfgh asdfghjkl zxcvb zxcvbn zxcvbnm qazwsx qaz wsx edc rfv qwer qweasd qweasdzxc
  poiuy poiuytrewq lkjhgfdsa mnbvcxz asdasd qweqwe zxczxc abc abcd abcde abcdef abcdefg xyz aaa abcabc
  monkey dragon tiger lion eagle falcon hawk phoenix wolf bear panda turtle rabbit bunny kitty kitten puppy doggy dog
  cat horse pony chicken duck fish dolphin shark spider snake butterfly ladybug unicorn panther jaguar cobra buster
  football soccer baseball basketball hockey tennis golf volleyball cricket rugby skate surf sport sports player gamer
  liverpool arsenal chelsea everton manchester united barcelona madrid juventus milan bayern dortmund schalke celtic
  rangers yankees cowboys steelers lakers eagles dolphins packers patriots redsox giants broncos raiders chicago
  superman batman spiderman ironman hulk captain america avengers marvel starwars skywalker vader yoda jedi matrix
  naruto pokemon pikachu goku digimon mario zelda sonic minecraft fortnite roblox warcraft counter strike matrix neo
  sunshine summer winter spring autumn fall sommer herbst fruehling season weather rainbow flower flowers rose daisy
  lily star stars moon sun sky ocean river mountain snow snowball thunder lightning storm fire ice water earth nature
  january february march april may june july august september october november december januar februar maerz mai
  juni juli oktober dezember monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch
  freedom whatever trustno trust trustnoone believe hope faith peace love happy happiness smile lucky luck money
  cash gold golden silver diamond blue red green black white yellow orange purple pink brown gray dark light
  shadow killer hunter ranger rocket rockstar rock music guitar piano drums metal metallica nirvana eminem beatles
  computer internet google facebook instagram twitter youtube linkedin whatsapp amazon apple microsoft windows linux
  android iphone samsung nokia sony dell intel yahoo gmail hotmail outlook myspace myspacel skype zoom netflix spotify
  mustang ferrari porsche corvette camaro mercedes audi bmw toyota honda yamaha suzuki kawasaki harley davidson chevy
  ford chevrolet nissan subaru racing racer speed turbo driver motor
  chocolate cookie cookies cheese banana cherry apple orange lemon strawberry peaches pepper ginger butter coffee beer
  pizza candy vanilla cupcake muffin peanut pumpkin chicken
  michael jordan jennifer jessica ashley michelle daniel andrew joshua matthew anthony robert thomas charlie george
  william james john david richard joseph christopher nicholas alexander alex andrea anna maria martin peter patrick
  steven brandon justin jason kevin brian eric ryan tyler austin jackson hannah samantha amanda nicole sarah elizabeth
  victoria natalie rachel rebecca sophie sophia olivia emma emily chloe charlotte lauren melissa stephanie danielle
  maggie molly bailey lucy bella max rocky buddy jake cody toby oliver oscar felix sam sammy tom tommy bob bobby joe
  carlos antonio miguel diego fernando alejandro juan jose luis pedro pablo marco giovanni francesco giuseppe lorenzo
  ahmed mohamed muhammad ali hassan fatima ibrahim omar yusuf mustafa mehmet ivan dmitri sergei natasha olga vladimir
  pierre jean marie nicolas julien camille hans klaus fritz heidi stefan sebastian florian tobias lukas jonas
  house home family friends friend mother father mommy daddy mama papa mom dad sister brother son daughter wife husband
  america american canada england london paris berlin germany france italy spain india china japan mexico brasil texas
  california florida newyork boston dallas denver austin phoenix europe australia
  school college student teacher university class maths science english doctor nurse police army navy marine soldier
  jesus christ jesuschrist god godisgood bible angel heaven church blessed lord amen jehova allah
  fuck fucker fuckyou fuckoff shit bitch asshole sexy sex porn pussy dick bigdick naked
  shop shopping store order orders kaufen market customer kunde client buy cart checkout sale online web website
  super cool awesome great best big little good bad new old first last one two three four five six seven eight nine
  ten zero number my your the is it and for me we us no yes go up ok
  blink aezakmi trustme ninja samurai warrior knight wizard magic merlin gandalf hobbit frodo lordoftherings
  pirate viking gladiator spartan legend hero champion winner victory power strong monster ghost vampire zombie devil
  demon satan hell death skull bloody
  hello kitty disney mickey minnie donald tigger pooh barbie elmo scooby snoopy garfield simpsons bart homer
  `
    .trim()
    .split(/\s+/),
)

/** Keyboard rows and alphabets. A run along one of them in either direction is easy to guess. */
export const ROWS: readonly string[] = [
  '01234567890',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop[]',
  'asdfghjkl;',
  'zxcvbnm,./',
  'qwertzuiopü',
  'yxcvbnm,.-',
  'azertyuiop',
  'qsdfghjklm',
  'wxcvbn',
  '1q2w3e4r5t6y7u8i9o0p',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik',
  'qazwsxedcrfvtgbyhnujmik',
  'q1w2e3r4t5y6u7i8o9p0',
  '!@#$%^&*()_+',
  '!"§$%&/()=',
]
