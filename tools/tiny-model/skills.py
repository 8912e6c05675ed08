"""Small skills with exact answers: sums, counting, copying, JSON, spelling, lists, memory of the dialogue.

Every maker takes the random source and returns turns: (what the user types, what the model answers)."""
from __future__ import annotations

import json
import random
from pathlib import Path

from patterns import expand, humanise, read_sections

Turns = list[tuple[str, str]]
DATA = Path(__file__).parent / "data"
W = read_sections(DATA / "words.txt")
NAMES = W["first_names"]
COMMON = sorted({w for key in W if key not in ("first_names",) for w in W[key]})
NUMBER = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
          "seventeen eighteen nineteen twenty").split()


def _letter_chain() -> dict[str, list[str]]:
    """Which letter follows which two, in our own words: makes new words that read like English."""
    chain: dict[str, list[str]] = {}
    for word in COMMON + NAMES:
        text = f"^^{word.lower()}$"
        for i in range(len(text) - 2):
            chain.setdefault(text[i:i + 2], []).append(text[i + 2])
    return chain


CHAIN = _letter_chain()


def new_word(rng: random.Random) -> str:
    while True:
        word, state = "", "^^"
        while len(word) < 13:
            c = rng.choice(CHAIN[state])
            if c == "$":
                break
            word, state = word + c, state[1] + c
        word = word.strip()
        if len(word) >= 2 and " " not in word:
            return word


def new_name(rng: random.Random) -> str:
    return rng.choice(NAMES) if rng.random() < 0.7 else new_word(rng).capitalize()


def number_text(n: int, words: bool) -> str:
    return NUMBER[n] if words and 0 <= n <= 20 else str(n)


# ---- sums -------------------------------------------------------------------------------------

def _pair(rng: random.Random) -> tuple[int, int]:
    r = rng.random()
    if r < 0.6:  # the sum stays below 21: the table the model must know by heart
        total = rng.randint(1, 20)
        a = rng.randint(0, total)
        return a, total - a
    if r < 0.9:
        return rng.randint(0, 20), rng.randint(0, 20)
    return rng.randint(0, 99), rng.randint(0, 99)


PLUS = ["what is {a} plus {b}", "what is {a} + {b}", "what is {a}+{b}", "{a}+{b}=", "{a} + {b} =", "{a}+{b}", "{a} + {b}",
        "add {a} and {b}", "add {b} to {a}", "{a} plus {b}", "how much is {a} plus {b}", "how much is {a} and {b}", "{a}+{b}=?",
        "what is the sum of {a} and {b}", "sum of {a} and {b}", "calculate {a} + {b}", "compute {a} plus {b}", "what do you get if you add {a} and {b}",
        "whats {a} plus {b}", "whats {a}+{b}", "{a} and {b} makes", "what does {a} plus {b} equal", "what does {a} plus {b} make", "{a} + {b} = ?",
        "sum {a} and {b}", "can you add {a} and {b}", "solve {a} + {b}", "how many is {a} plus {b}", "tell me {a} plus {b}", "the sum of {a} and {b}",
        "{a} added to {b}", "please add {a} and {b}", "work out {a} + {b}", "do the sum {a} + {b}", "add together {a} and {b}", "total of {a} and {b}",
        "what is {a} and {b} together", "{a} plus {b} is", "{a} plus {b} equals", "if i add {a} and {b} what do i get", "evaluate {a}+{b}", "what do {a} and {b} make"]
MINUS = ["what is {a} minus {b}", "what is {a} - {b}", "{a}-{b}", "{a} - {b}", "{a}-{b}=", "{a} - {b} =", "subtract {b} from {a}", "take {b} from {a}",
         "{a} minus {b}", "how much is {a} minus {b}", "{a} take away {b}", "calculate {a} - {b}", "whats {a} minus {b}", "what is {a} less {b}",
         "what is the difference between {a} and {b}", "take away {b} from {a}", "what is {a}-{b}"]
TIMES = ["what is {a} times {b}", "{a} times {b}", "{a} * {b}", "{a}*{b}=", "{a} x {b}", "multiply {a} by {b}", "how much is {a} times {b}", "multiply {a} and {b}"]


def sums(rng: random.Random) -> Turns:
    r = rng.random()
    words = rng.random() < 0.22
    turns: Turns = []
    if r < 0.72:
        a, b = _pair(rng)
        if words and max(a, b) <= 20:
            q = rng.choice([p for p in PLUS if "+" not in p]).format(a=NUMBER[a], b=NUMBER[b])
        else:
            q = rng.choice(PLUS).format(a=a, b=b)
        c = a + b
        turns.append((q, f"{a} + {b} = {c}"))
    elif r < 0.87:
        a = rng.randint(0, 20)
        b = rng.randint(0, a)
        c = a - b
        fa, fb = number_text(a, words), number_text(b, words)
        q = rng.choice([p for p in MINUS if not words or " - " not in p and "{a}-" not in p]).format(a=fa, b=fb)
        turns.append((q, f"{a} - {b} = {c}"))
    elif r < 0.92:
        a, b = rng.randint(0, 10), rng.randint(0, 10)
        c = a * b
        turns.append((rng.choice(TIMES).format(a=a, b=b), f"{a} × {b} = {c}"))
    elif r < 0.96:
        a, b, d = (rng.randint(0, 7) for _ in range(3))
        c = a + b + d
        turns.append((rng.choice(["{a}+{b}+{d}", "what is {a} plus {b} plus {d}", "add {a}, {b} and {d}", "{a} + {b} + {d} ="]).format(a=a, b=b, d=d),
                      f"{a} + {b} + {d} = {c}"))
    else:
        a, b = rng.randint(1, 10), rng.randint(1, 10)
        thing = rng.choice(W["fruit"] + W["animals"][:40] + W["things"])
        who = rng.choice(["i have", "i had", new_name(rng) + " has", "there are"])
        if rng.random() < 0.6:
            c = a + b
            turns.append((f"{who} {a} {thing}s and {rng.choice(['get', 'find', 'buy', 'add'])} {b} more, how many {thing}s", f"{a} + {b} = {c}"))
        else:
            a, b = max(a, b), min(a, b)
            c = a - b
            turns.append((f"{who} {a} {thing}s and {rng.choice(['lose', 'eat', 'sell', 'take away'])} {b}, how many {rng.choice(['are left', 'remain'])}", f"{a} - {b} = {c}"))
    q, ans = turns[0]
    turns[0] = (light(q, rng), ans)
    while rng.random() < 0.22 and len(turns) < 4:
        n = rng.randint(1, 9)
        kind = rng.random()
        if kind < 0.5:
            nt = number_text(n, rng.random() < 0.2)
            q = rng.choice(["what about {n} more", "and {n} more", "plus {n}", "add {n}", "and plus {n}", "now add {n}", "add {n} more", "add {n} to that", "and another {n}", "and if i add {n}", "plus {n} more", "{n} more", "what if i add {n} more", "and with {n} more"]).format(n=nt)
            turns.append((light(q, rng), f"{c} + {n} = {c + n}"))
            c += n
        elif kind < 0.7 and c >= n:
            q = rng.choice(["minus {n}", "and minus {n}", "take away {n}", "now subtract {n}", "and {n} less", "subtract {n} from that", "less {n}"]).format(n=n)
            turns.append((light(q, rng), f"{c} - {n} = {c - n}"))
            c -= n
        else:
            a, b = _pair(rng)
            q = rng.choice(["and {a} plus {b}", "and {a}+{b}", "what about {a} + {b}", "and {a} + {b}", "what about {a} plus {b}", "now {a} and {b}", "then {a} plus {b}"]).format(a=a, b=b)
            c = a + b
            turns.append((light(q, rng), f"{a} + {b} = {c}"))
    return turns


def light(q: str, rng: random.Random) -> str:
    """Less noise, for questions where a typo would change the task."""
    if q[:1].isdigit() and rng.random() < 0.6:
        return q
    return humanise(q, rng, wrap=0.12, typos=0.03)


def compare(rng: random.Random) -> Turns:
    a, b = rng.sample(range(0, 60), 2)
    big = rng.random() < 0.6
    word = rng.choice(["bigger", "larger", "greater", "more", "higher"] if big else ["smaller", "less", "lower"])
    q = rng.choice([f"which is {word}, {a} or {b}", f"what is {word}, {a} or {b}", f"which number is {word}: {a} or {b}", f"is {a} or {b} {word}"])
    x, y = (max(a, b), min(a, b)) if big else (min(a, b), max(a, b))
    return [(light(q, rng), f"{x} is {word if word != 'more' else 'more'} than {y}.")]


# ---- counting ---------------------------------------------------------------------------------

def counting(rng: random.Random) -> Turns:
    r = rng.random()
    if r < 0.35:
        n = rng.choice([3, 4, 5, 6, 7, 8, 9, 10, 10, 12, 15, 20])
        nt = number_text(n, rng.random() < 0.3)
        q = rng.choice(["count to {n}", "count from 1 to {n}", "count from one to {n}", "count up to {n}", "can you count to {n}", "list the numbers from 1 to {n}", "write the numbers 1 to {n}", "give me the numbers from 1 to {n}", "numbers 1 to {n}", "please count to {n}"]).format(n=nt)
        seq = list(range(1, n + 1))
    elif r < 0.6:
        a = rng.randint(0, 30)
        b = a + rng.randint(2, 12)
        q = rng.choice(["count from {a} to {b}", "numbers from {a} to {b}", "list the numbers from {a} to {b}", "count up from {a} to {b}", "write the numbers {a} to {b}", "start at {a} and count to {b}"]).format(a=a, b=b)
        seq = list(range(a, b + 1))
    elif r < 0.8:
        a = rng.choice([3, 5, 5, 10, 10, 10, rng.randint(3, 20)])
        b = rng.choice([0, 1, 1])
        at = number_text(a, rng.random() < 0.2)
        q = rng.choice(["count down from {a}", "count backwards from {a}", "countdown from {a}", "count down from {a} to {b}", "count backwards from {a} to {b}", "count from {a} down to {b}", "count from {a} to {b}"])
        if "{b}" not in q:
            b = 1
        q = q.format(a=at, b=b)
        seq = list(range(a, b - 1, -1))
    elif r < 0.92:
        step, name = rng.choice([(2, "twos"), (2, "2"), (3, "threes"), (5, "fives"), (10, "tens"), (5, "5"), (10, "10"), (3, "3")])
        n = step * rng.randint(4, 10)
        q = rng.choice([f"count by {name} to {n}", f"count in {name} to {n}", f"count by {name} up to {n}", f"count to {n} by {name}"])
        seq = list(range(step, n + 1, step))
    else:
        odd = rng.random() < 0.5
        n = rng.randint(6, 20)
        q = rng.choice(["{w} numbers to {n}", "list the {w} numbers up to {n}", "what are the {w} numbers up to {n}"]).format(w="odd" if odd else "even", n=n)
        seq = list(range(1 if odd else 2, n + 1, 2))
    turns = [(light(q, rng), ", ".join(map(str, seq)))]
    if rng.random() < 0.2:
        turns.append((light(rng.choice(["and backwards", "now backwards", "in reverse", "now the other way", "and back"]), rng), ", ".join(map(str, seq[::-1]))))
    elif rng.random() < 0.15:
        nxt = seq[-1] + (seq[1] - seq[0])
        if nxt >= 0:
            turns.append((light(rng.choice(["what comes next", "and the next number", "what is next", "and then"]), rng), str(nxt)))
    return turns


# ---- copying ----------------------------------------------------------------------------------

def payload(rng: random.Random) -> str:
    n = rng.choice([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 7, 8, 8, rng.randint(8, 14)])
    kind = rng.random()

    def word() -> str:
        r = rng.random()
        if r < 0.5 or kind < 0.3:
            return rng.choice(COMMON)
        if r < 0.92:
            return new_word(rng)
        if r < 0.95:
            return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(1, 8)))
        if r < 0.97:
            return str(rng.randint(0, 10 ** rng.randint(1, 5)))
        return new_name(rng)

    if kind > 0.93:  # strings that no language model can guess: only copying helps
        letters = rng.choice(["abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefABCDEF0123456789", "abcdefghijklmnopqrstuvwxyz0123456789-_"])
        return " ".join("".join(rng.choice(letters) for _ in range(rng.randint(2, 9))) for _ in range(min(n, 3)))
    words = [word() for _ in range(n)]
    r = rng.random()
    if r < 0.08:
        words = [w.capitalize() for w in words]
    elif r < 0.13:
        words = [w.upper() for w in words]
    elif r < 0.3:
        words[0] = words[0].capitalize()
    elif r < 0.33:
        words = ["".join(c.upper() if rng.random() < 0.5 else c for c in w) for w in words]
    text = " ".join(words)
    r = rng.random()
    if r < 0.06 and n > 2:
        i = text.find(" ", len(text) // 3)
        text = text[:i] + "," + text[i:] if i > 0 else text
    if 0.06 < r < 0.12:
        text += rng.choice(["!", ".", "?"])
    return text


COPY = ["repeat after me: {}", "repeat after me: {}", "repeat after me {}", "repeat after me, {}", "say {}", "say {}", "say: {}", "say \"{}\"", "say '{}'", "echo {}", "echo: {}", "echo \"{}\"", "repeat: {}", "repeat {}",
        "repeat this: {}", "repeat the words {}", "repeat the words: {}", "repeat the following: {}", "copy: {}", "copy this: {}", "copy {}", "please say {}", "please repeat: {}", "please repeat {}", "can you say {}", "can you repeat {}", "can you repeat: {}", "can you say \"{}\"",
        "just say {}", "only say {}", "now say {}", "now repeat {}", "reply with {}", "reply with: {}", "reply with exactly: {}", "reply only with {}", "respond with {}", "respond with: {}", "answer with {}", "answer with: {}", "write {}", "write: {}", "write \"{}\"",
        "type {}", "type: {}", "print {}", "print: {}", "print \"{}\"", "output {}", "output: {}", "say exactly: {}", "say the words {}", "say the word {}", "say this: {}", "say the following: {}", "parrot: {}", "say after me: {}", "after me: {}",
        "copy the text: {}", "copy this text: {}", "copy this sentence: {}", "repeat this sentence: {}", "repeat the sentence: {}", "repeat this text: {}", "repeat back to me: {}", "repeat back: {}", "repeat what i say: {}", "say back to me: {}", "give me back: {}", "return: {}", "return {}", "return exactly {}",
        "repeat exactly: {}", "repeat word for word: {}", "i want you to say {}", "i want you to repeat: {}", "i say {}, you say", "echo back: {}", "echo this: {}", "echo the following: {}", "echo the words {}", "could you say {}", "would you say {}", "say {} please", "say {} for me", "repeat \"{}\"", "repeat '{}'", "repeat after me: \"{}\"",
        "respond only with: {}", "say only: {}", "say it: {}", "try to say {}", "tell me {} back", "and now say {}", "then say {}", "also say {}", "write down: {}", "write this: {}", "write the words {}", "type this: {}", "mirror: {}", "{} - repeat that", "repeat these words: {}", "say these words: {}", "repeat quote: {}"]
AGAIN = ["again", "say it again", "repeat that", "once more", "one more time", "can you repeat that", "say that again", "and again", "repeat it", "what did you say", "what did you just say"]


def copying(rng: random.Random) -> Turns:
    turns: Turns = []
    for _ in range(rng.choice([1, 1, 1, 1, 2, 3])):
        text = payload(rng)
        form = rng.choice(COPY)
        head, _, tail = form.partition("{}")
        if rng.random() < 0.45:
            head = head[:1].upper() + head[1:]
        if rng.random() < 0.06 and len(head) > 5:
            i = rng.randrange(1, len(head) - 3)
            head = head[:i] + head[i + 1] + head[i] + head[i + 2:]
        answer = text
        if not tail and text[-1].isalnum() and rng.random() < 0.06:
            tail = rng.choice([".", " please", "!"])
        turns.append((head + text + tail, answer))
    if rng.random() < 0.08:
        turns.append((humanise(rng.choice(AGAIN), rng, 0.1, 0.03), turns[-1][1]))
    elif rng.random() < 0.05:
        text = rng.choice(COMMON) if rng.random() < 0.6 else new_word(rng)
        n = rng.randint(2, 5)
        nt = {2: "twice", 3: "three times"}.get(n, f"{n} times")
        turns.append((f"say {text} {nt}", " ".join([text] * n)))
    return turns


# ---- JSON -------------------------------------------------------------------------------------

def compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _fields(rng: random.Random) -> dict[str, object]:
    makers = {
        "name": lambda: new_name(rng), "age": lambda: rng.randint(1, 99), "city": lambda: rng.choice(W["cities"]),
        "job": lambda: rng.choice(W["jobs"]), "colour": lambda: rng.choice(W["colours"]), "color": lambda: rng.choice(W["colours"]),
        "animal": lambda: rng.choice(W["animals"]), "food": lambda: rng.choice(W["food"]), "id": lambda: rng.randint(1, 9999),
        "price": lambda: rng.randint(1, 500), "size": lambda: rng.choice(["small", "big", "large", "medium", rng.randint(1, 60)]),
        "title": lambda: " ".join(payload(rng).strip(".!?").split()[:3]), "active": lambda: rng.random() < 0.5, "email": lambda: f"{new_word(rng)}@{new_word(rng)}.com",
        "country": lambda: rng.choice(["France", "Italy", "Spain", "Japan", "Peru", "Kenya", "Norway", "India"]), "count": lambda: rng.randint(0, 50),
        "year": lambda: rng.randint(1950, 2030), "port": lambda: rng.choice([8000, 8080, 9000, 3000, 5000]), "model": lambda: rng.choice(["switchboard-tiny", "gpt-4o", "llama3", "gpt-4o-mini"]),
        "fruit": lambda: rng.choice(W["fruit"]), "x": lambda: rng.randint(0, 99), "y": lambda: rng.randint(0, 99), "status": lambda: rng.choice(["ok", "error", "done", "open", "closed"]),
        "temperature": lambda: rng.randint(0, 40), "pet": lambda: rng.choice(W["animals"]), "language": lambda: rng.choice(["English", "French", "C#", "Python"]),
    }
    keys = rng.sample(list(makers), rng.choice([1, 2, 2, 2, 3, 3, 4]))
    if rng.random() < 0.35:
        keys = ["name"] + [k for k in keys if k != "name"][:3]
    out = {k: makers[k]() for k in keys}
    if rng.random() < 0.15:
        out[new_word(rng)] = rng.choice([new_word(rng), rng.randint(0, 99), rng.choice(COMMON)])
    return out


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def json_skill(rng: random.Random) -> Turns:
    r = rng.random()
    if r < 0.5:
        f = _fields(rng)
        link = rng.choice([" ", " ", " = ", "=", ": ", " is ", " "])
        items = [f"{k}{link}{_plain(v)}" for k, v in f.items()]
        joined = items[0] if len(items) == 1 else rng.choice([", ".join(items), ", ".join(items[:-1]) + " and " + items[-1], " and ".join(items)])
        q = rng.choice(["make a json object with {}", "make json with {}", "json with {}", "json: {}", "give me json with {}", "write json with {}", "create a json object with {}", "return json with {}", "make a json with {}", "as json: {}", "in json: {}", "turn this into json: {}",
                        "convert to json: {}", "make this json: {}", "a json object with {}", "please make json: {}", "write a json object: {}", "put this in json: {}", "{} as json", "{} in json", "i need json with {}", "make a json object: {}", "build a json object with {}", "generate json: {}", "output json with {}", "give me a json object with {}",
                        "format as json: {}", "answer in json: {}", "produce json for {}", "show me json with {}", "json object with {}", "can you make json with {}", "write {} as json", "write {} as a json object", "give me {} as json", "convert {} to json", "turn {} into json"]).format(joined)
        answer = compact(f)
    elif r < 0.75:
        name, age, city, job = new_name(rng), rng.randint(1, 99), rng.choice(W["cities"]) if rng.random() < 0.8 else new_word(rng).capitalize(), rng.choice(W["jobs"])
        sentence, f = rng.choice([
            (f"{name} is {age} years old and lives in {city}.", {"name": name, "age": age, "city": city}),
            (f"{name} lives in {city} and is {age}.", {"name": name, "age": age, "city": city}),
            (f"My name is {name}, I am {age} and I live in {city}.", {"name": name, "age": age, "city": city}),
            (f"I am {name}, {age} years old, from {city}.", {"name": name, "age": age, "city": city}),
            (f"{name}, {age}, from {city}", {"name": name, "age": age, "city": city}),
            (f"{name} ({age}) comes from {city}.", {"name": name, "age": age, "city": city}),
            (f"In {city} lives {name}, who is {age}.", {"name": name, "age": age, "city": city}),
            (f"{name} is {age}.", {"name": name, "age": age}), (f"{name} is {age} years old", {"name": name, "age": age}),
            (f"{name} lives in {city}.", {"name": name, "city": city}), (f"{name} is from {city}", {"name": name, "city": city}),
            (f"{name} is a {job} from {city}.", {"name": name, "job": job, "city": city}),
            (f"{name} is a {job}.", {"name": name, "job": job}),
            (f"{name} works as a {job} in {city}.", {"name": name, "job": job, "city": city}),
            (f"{name} is a {age} year old {job} from {city}", {"name": name, "age": age, "job": job, "city": city}),
        ])
        keys = list(f)
        order = keys if rng.random() < 0.7 else rng.sample(keys, len(keys))
        listed = order[0] if len(order) == 1 else ", ".join(order[:-1]) + " and " + order[-1]
        q = rng.choice(["extract {k} as json: {s}", "extract {k} from: {s}", "extract {k} from this sentence: {s}", "get {k} as json from: {s}", "give me {k} in json: {s}", "read {k} from this text and answer in json: {s}", "json with {k} from: {s}", "extract the {k} as json from: {s}", "find {k} in: {s}", "{s} Extract {k} as json.", "{s} Give me {k} as json.", "extract {k} into json: {s}", "pull {k} out of this: {s}",
                        "from this text make json with {k}: {s}", "extract {k}: {s}", "extract json: {s}", "make json from this: {s}", "turn this sentence into json: {s}"]).format(k=listed, s=sentence)
        if "{k}" not in q and listed not in q:
            order = keys
        answer = compact({k: f[k] for k in order})
    elif r < 0.9:
        if rng.random() < 0.25:
            items: list[object] = [rng.randint(0, 99) for _ in range(rng.randint(2, 5))]
        else:
            pool = rng.choice([W["fruit"], W["animals"], W["colours"], NAMES, W["cities"], W["nouns"], W["vegetables"]])
            items = list(rng.sample(pool, rng.randint(2, 5)))
        listed = ", ".join(map(str, items)) if rng.random() < 0.5 else ", ".join(map(str, items[:-1])) + f" and {items[-1]}"
        q = rng.choice(["make a json list of {}", "json array of {}", "make a json array with {}", "a json list with {}", "write {} as a json list", "{} as a json array", "put {} in a json array", "turn into a json array: {}", "json list: {}", "give me a json array with {}", "json array: {}", "make a json array: {}", "convert to a json array: {}"]).format(listed)
        answer = compact(items)
    else:
        key = rng.choice(["colours", "items", "names", "fruits", "numbers", "list", "tags"])
        items = list(rng.sample(rng.choice([W["fruit"], W["animals"], W["colours"], NAMES, W["nouns"]]), rng.randint(2, 4)))
        q = f"make json with {key} {', '.join(items[:-1])} and {items[-1]}"
        answer = compact({key: items})
    q = q.replace("json", "JSON") if rng.random() < 0.4 else q
    if rng.random() < 0.4:
        q = q[:1].upper() + q[1:]
    turns = [(q, answer)]
    value = json.loads(answer)
    if isinstance(value, dict) and rng.random() < 0.18:
        k = rng.choice(["age", "city", "colour", "job", "id"])
        v = {"age": rng.randint(1, 99), "city": rng.choice(W["cities"]), "colour": rng.choice(W["colours"]), "job": rng.choice(W["jobs"]), "id": rng.randint(1, 999)}[k]
        q2 = rng.choice(["and with {k} {v}", "add {k} {v}", "now with {k} {v}", "add {k} = {v}", "and add {k} {v}", "set {k} to {v}", "change {k} to {v}" if k in value else "also {k} {v}"]).format(k=k, v=v)
        turns.append((light(q2, rng), compact({**value, k: v})))
    elif isinstance(value, dict) and rng.random() < 0.12:
        k = rng.choice(list(value))
        if not isinstance(value[k], list):
            turns.append((light(rng.choice([f"what is the {k}", f"and the {k}", f"which {k} is it"]), rng), f"The {k} is {_plain(value[k])}."))
    return turns


# ---- letters and lists ------------------------------------------------------------------------

def spelling(rng: random.Random) -> Turns:
    word = rng.choice(COMMON + NAMES) if rng.random() < 0.55 else new_word(rng)
    word = word.split()[0]
    r = rng.random()
    if r < 0.6:
        q = rng.choice(["spell {}", "spell the word {}", "how do you spell {}", "how is {} spelled", "can you spell {}", "spell: {}", "please spell {}", "spell out {}", "spell \"{}\"", "spell {} letter by letter", "what are the letters of {}", "how do i spell {}", "letters of {}"]).format(word)
        a = "-".join(word)
    elif r < 0.75:
        q = rng.choice(["{} in capital letters", "write {} in capitals", "uppercase {}", "write {} in upper case", "make {} uppercase", "{} in uppercase", "convert {} to upper case"]).format(word.lower())
        a = word.upper()
    elif r < 0.82:
        q = rng.choice(["{} in lower case", "lowercase {}", "write {} in lower case", "make {} lowercase", "convert {} to lowercase"]).format(word.upper())
        a = word.lower()
    elif r < 0.91:
        q = rng.choice(["what is the first letter of {}", "first letter of {}", "which letter does {} start with", "what letter does {} begin with"]).format(word)
        a = f"The first letter of {word} is {word[0].upper()}."
    else:
        q = rng.choice(["what is the last letter of {}", "last letter of {}", "which letter does {} end with"]).format(word)
        a = f"The last letter of {word} is {word[-1].upper()}."
    turns = [(q if rng.random() < 0.6 else q[:1].upper() + q[1:] + rng.choice(["", "?" if q[0] in "hwc" else "."]), a)]
    if r < 0.6 and rng.random() < 0.2:
        other = rng.choice(COMMON).split()[0]
        turns.append((light(rng.choice(["and {}", "what about {}", "now {}"]).format(other), rng), "-".join(other)))
    return turns


LISTS = {"colours": ["red", "blue", "green", "yellow", "orange", "purple", "pink", "brown"], "colors": ["red", "blue", "green", "yellow", "orange", "purple", "pink", "brown"],
         "animals": ["cat", "dog", "horse", "cow", "sheep", "lion", "bear", "fox"], "fruits": ["apple", "banana", "cherry", "pear", "plum", "grape", "lemon", "peach"],
         "vegetables": ["carrot", "potato", "onion", "pea", "bean", "leek", "cabbage", "tomato"], "birds": ["robin", "owl", "eagle", "duck", "swan", "crow", "parrot", "sparrow"],
         "cities": ["Paris", "London", "Berlin", "Rome", "Madrid", "Vienna", "Oslo", "Tokyo"], "countries": ["France", "Germany", "Italy", "Spain", "Japan", "Brazil", "Canada", "India"],
         "names": ["Anna", "Ben", "Carla", "David", "Emma", "Felix", "Grace", "Henry"], "shapes": ["circle", "square", "triangle", "rectangle", "oval", "star", "cube", "line"],
         "tools": ["hammer", "saw", "drill", "knife", "rope", "ladder", "brush", "spade"], "drinks": ["water", "milk", "tea", "coffee", "juice", "lemonade", "cocoa", "soda"],
         "farm animals": ["cow", "pig", "sheep", "hen", "horse", "goat", "duck", "donkey"], "pets": ["dog", "cat", "rabbit", "hamster", "goldfish", "parrot", "turtle", "mouse"],
         "sports": ["football", "tennis", "swimming", "running", "basketball", "golf", "skiing", "cycling"], "instruments": ["piano", "violin", "guitar", "drum", "flute", "trumpet", "harp", "cello"],
         "flowers": ["rose", "tulip", "daisy", "lily", "violet", "sunflower", "poppy", "iris"], "trees": ["oak", "pine", "birch", "maple", "willow", "beech", "elm", "fir"],
         "jobs": ["teacher", "nurse", "baker", "farmer", "pilot", "painter", "doctor", "cook"], "planets": "Mercury, Venus, Earth, Mars, Jupiter, Saturn, Uranus, Neptune".split(", "),
         "rooms": ["kitchen", "bedroom", "bathroom", "hall", "attic", "cellar", "study", "nursery"], "insects": ["ant", "bee", "fly", "beetle", "butterfly", "moth", "wasp", "cricket"]}


def lists(rng: random.Random) -> Turns:
    kind = rng.choice(list(LISTS))
    n = rng.randint(2, 6)
    nt = number_text(n, rng.random() < 0.6)
    q = rng.choice(["list {n} {k}", "name {n} {k}", "give me {n} {k}", "tell me {n} {k}", "write {n} {k}", "can you name {n} {k}", "list of {n} {k}", "give me a list of {n} {k}", "say {n} {k}", "i need {n} {k}", "make a list of {n} {k}"]).format(n=nt, k=kind)
    items = LISTS[kind][:n]
    if rng.random() < 0.25:
        q += rng.choice([" as bullet points", " as a bullet list", " with dashes", " in a bulleted list", ", one per line"])
        a = "\n".join(f"- {i}" for i in items)
    else:
        a = ", ".join(items)
    turns = [(light(q, rng), a)]
    if rng.random() < 0.15:
        turns.append((light(rng.choice(["and in json", "as json", "in json please", "now as a json array", "and as json"]), rng), compact(items)))
    elif rng.random() < 0.15:
        turns.append((light(rng.choice(["one more", "another one", "and one more", "and another"]), rng), LISTS[kind][n]))
    elif rng.random() < 0.15:
        other = rng.choice(list(LISTS))
        turns.append((light(rng.choice(["and {k}", "what about {k}", "and {n} {k}", "now {k}"]).format(n=nt, k=other), rng), ", ".join(LISTS[other][:n])))
    elif rng.random() < 0.1:
        turns.append((light(rng.choice(["what was the first", "which is the first one", "the first one"]), rng), items[0]))
    return turns


# ---- memory of the dialogue -------------------------------------------------------------------

def memory(rng: random.Random) -> Turns:
    name = new_name(rng)
    shown = name if rng.random() < 0.8 else name.lower()
    r = rng.random()
    turns: Turns = []
    if r < 0.55:
        age, city, job = rng.randint(5, 90), rng.choice(W["cities"]), rng.choice(W["jobs"])
        facts: dict[str, object] = {"name": name}
        intro = rng.choice([f"my name is {shown}", f"i am {shown}", f"im {shown}", f"hi, i am {shown}", f"hello, my name is {shown}", f"hi my name is {shown}", f"call me {shown}", f"you can call me {shown}", f"i am called {shown}", f"hey, {shown} here", f"hello i'm {shown}", f"this is {shown}", f"my names {shown}", f"please call me {shown}", f"hi, {shown} here", f"name's {shown}", f"people call me {shown}"])
        if rng.random() < 0.35:
            facts["age"] = age
            intro += rng.choice([f" and i am {age} years old", f", i am {age}", f" and i am {age}", f" and im {age}"])
        if rng.random() < 0.35:
            facts["city"] = city
            intro += rng.choice([f" and i live in {city}", f" from {city}", f" and i am from {city}", f", i live in {city}"])
        elif rng.random() < 0.2:
            facts["job"] = job
            intro += rng.choice([f" and i am a {job}", f", a {job}", f" and i work as a {job}"])
        if rng.random() < 0.5:
            intro = intro[:1].upper() + intro[1:]
        intro = intro.replace(" i ", " I ") if rng.random() < 0.5 else intro
        turns.append((intro + rng.choice(["", ".", "!"]), rng.choices([f"Nice to meet you, {name}!", f"Hello, {name}! How can I help you?", f"Hi {name}!", f"Hello {name}, nice to meet you!", f"Nice to meet you, {name}! How can I help?"], [60, 10, 10, 10, 10])[0]))
        turns += between(rng)
        asks = []
        asks.append((rng.choice(["what is my name", "whats my name", "who am i", "do you know my name", "do you remember my name", "what did i say my name was", "say my name", "what am i called", "tell me my name", "what was my name", "and what is my name", "can you tell me my name", "what is my name again", "do you still know my name", "do you know who i am", "how am i called", "whats my name again"]), f"Your name is {name}."))
        if "age" in facts:
            asks.append((rng.choice(["how old am i", "what is my age", "whats my age", "do you know my age", "and how old am i"]), f"You are {age} years old."))
        if "city" in facts:
            asks.append((rng.choice(["where do i live", "where am i from", "which city am i from", "which city do i live in", "what is my city", "and where do i live", "do you know where i live"]), f"You live in {city}." ))
        if "job" in facts:
            asks.append((rng.choice(["what is my job", "what do i do", "what is my work", "whats my job"]), f"You are a {job}."))
        asks.append((rng.choice(["and in json", "as json please", "now in json", "give me that as json", "put that in json", "can i have it in json", "me as json", "and as json", "write that as json", "json please", "and json"]), compact(facts)))
        rng.shuffle(asks)
        if asks[0][1].startswith("{") and len(turns) > 1:
            asks = asks[1:] + asks[:1]
        for q, a in asks[:rng.choice([1, 1, 2, 3])]:
            if a.startswith("{") and len(turns) > 1 and not turns[-1][1].startswith(("Your", "You")):
                continue
            turns.append((humanise(q, rng, 0.1, 0.06), a))
    elif r < 0.85:
        kind, value = rng.choice([("favourite colour", rng.choice(W["colours"])), ("favorite color", rng.choice(W["colours"])), ("favourite animal", "the " + rng.choice(W["animals"])), ("favourite food", rng.choice(W["food"])),
                                  ("dog", None), ("cat", None), ("sister", None), ("brother", None), ("friend", None), ("favourite number", str(rng.randint(1, 99))), ("job", rng.choice(W["jobs"])), ("city", rng.choice(W["cities"])), ("hobby", rng.choice(["chess", "painting", "swimming", "reading", "cooking"])), ("favourite fruit", rng.choice(W["fruit"])), ("boss", None), ("car", rng.choice(W["colours"])), ("lucky number", str(rng.randint(1, 99))), ("code", str(rng.randint(100, 9999))), ("password", new_word(rng)), ("teacher", None), ("favourite word", new_word(rng)), ("project", new_word(rng)), ("favourite city", rng.choice(W["cities"]))])
        if value is None:
            value = new_name(rng)
            said = rng.choice([f"my {kind} is called {value}", f"my {kind}'s name is {value}", f"i have a {kind} named {value}", f"my {kind} is named {value}", f"i have a {kind} called {value}"])
            ask = rng.choice([f"what is my {kind} called", f"what is the name of my {kind}", f"whats my {kind}'s name", f"how is my {kind} called", f"what is my {kind}s name", f"do you remember my {kind}'s name"])
            answer = f"Your {kind} is called {value}."
        else:
            said = rng.choice([f"my {kind} is {value}", f"remember that my {kind} is {value}", f"remember: my {kind} is {value}", f"note that my {kind} is {value}", f"the {kind} is {value}", f"please remember my {kind} is {value}"])
            ask = rng.choice([f"what is my {kind}", f"whats my {kind}", f"do you remember my {kind}", f"which is my {kind}", f"and what is my {kind}", f"tell me my {kind}", f"what did i say my {kind} was", f"what is the {kind}"])
            answer = f"Your {kind} is {value}." if not said.startswith("the ") else f"The {kind} is {value}."
            if said.startswith("the "):
                ask = ask.replace("my ", "the ")
        turns.append((said if rng.random() < 0.5 else said[:1].upper() + said[1:] + ".", rng.choices(["All right, I will remember that.", "Good to know!", "Got it!", "Noted."], [70, 10, 10, 10])[0]))
        turns += between(rng)
        turns.append((humanise(ask, rng, 0.1, 0.05), answer))
    else:
        # Nothing was said before: honest not knowing.
        kind = rng.choice(["name", "age", "favourite colour", "city", "job", "dog's name", "birthday", "favourite food"])
        turns.append((humanise(rng.choice([f"what is my {kind}", f"whats my {kind}", f"do you know my {kind}", f"tell me my {kind}"]), rng, 0.1, 0.05), f"I do not know your {kind}; you have not told me."))
        if kind == "name":
            turns.append((rng.choice([f"my name is {shown}", f"it is {shown}", f"i am {shown}", f"{shown}", f"its {shown}"]), f"Nice to meet you, {name}!"))
            turns.append((humanise(rng.choice(["what is my name", "and now", "so what is my name", "whats my name"]), rng, 0.1, 0.03), f"Your name is {name}."))
    return turns


def between(rng: random.Random) -> Turns:
    """Something else in between, so that the model must look back and not just at the last turn."""
    out: Turns = []
    if rng.random() < 0.4:
        out += rng.choice([sums, copying, counting, spelling, lists])(rng)[:1]
    if rng.random() < 0.12:
        out += [("thanks", "You are welcome!")]
    return out
