"""What the model knows by heart: simple facts, talk about itself, Switchboard's topics, and what it must refuse."""
from __future__ import annotations

import random
import re
from pathlib import Path

from patterns import expand, humanise, read_sections, read_topics
from skills import NAMES, W, Turns, compact, light, new_name, new_word, number_text

DATA = Path(__file__).parent / "data"
FACTS = read_sections(DATA / "facts.txt")


def _table(entries: list[str]) -> dict[str, str]:
    out: dict[str, str] = {}
    for entry in entries:
        if "=" in entry:
            left, _, right = entry.partition("=")
            out[left] = right
        else:  # a comma inside the right side
            out[left] += f", {entry}"
    return out


TABLE = {name: _table(entries) for name, entries in FACTS.items() if "=" in entries[0]}
TRIVIA = read_topics(DATA / "trivia.txt")
TALK = read_topics(DATA / "talk.txt")
FAMILY = ["mother", "father", "sister", "brother", "friend", "aunt", "uncle", "wife", "husband", "dog", "cat", "boss", "grandmother"]


# ---- Switchboard ------------------------------------------------------------------------------

def read_switchboard() -> dict[str, tuple[list[str], list[str]]]:
    topics: dict[str, tuple[list[str], list[str]]] = {}
    for path in sorted((DATA / "topics").glob("*.txt")):
        for name, (answers, asks) in read_topics(path).items():
            if answers and asks:
                topics[name] = (answers, asks)
    return topics


SWITCHBOARD = read_switchboard()
NAMED = ["the gateway", "this thing", "this server", "it", "switchboard", "this", "the server", "Switchboard", "the switchboard gateway", "this gateway", "the program", "this project"]

# Short follow-ups that only make sense after another Switchboard question: (earlier topics, question, topic answered).
HOWTO = ["python", "node", "dotnet-client", "curl"]
FOLLOW: list[tuple[list[str], str, str]] = [
    (HOWTO + ["address", "endpoints", "start"], "(and |what about |how about |now |)(in|for|with|from) python", "python"),
    (HOWTO + ["address", "endpoints", "start"], "(and |what about |how about |now |)(in|for|with|from) (node|javascript|node.js|js|typescript)", "node"),
    (HOWTO + ["address", "endpoints", "start"], "(and |what about |how about |now |)(in|for|with|from) (c#|.net|dotnet|csharp)", "dotnet-client"),
    (HOWTO + ["address", "endpoints", "start", "health"], "(and |what about |how about |now |)(with|using|by|via|from) curl", "curl"),
    (["start", "address", "requirements", "test"], "(and |)(on|with) (another|a different|port 9000|a custom) port", "port"),
    (["start", "address", "requirements", "test"], "(and |)(how do i|can i|how to) (change|set) the port", "port"),
    (["start", "port", "address", "test"], "(and |then |)(how do i|how can i|how to) (stop|end|quit|close) it( again|)", "stop"),
    (["start", "port", "address"], "and (stop it|to stop|stopping it|stop)", "stop"),
    (["start", "what-is", "stop", "requirements"], "(and |)(where|at which address) does it (listen|run)", "address"),
    (["start", "port", "stop"], "(and |)what is the (address|url|base url)", "address"),
    (["what-is", "licence", "requirements", "who-uses", "language"], "(and |)(how do i|how can i|how to) (start|run|launch) it", "start"),
    (["what-is", "requirements", "who-uses"], "(and |so |ok |)how do i (start|begin|get it going)", "start"),
    (["what-is", "who-uses", "language", "start"], "(and |)(is it free|what does it cost|what about the licence|which licence)", "licence"),
    (["what-is", "start", "licence"], "(and |)(what do i need|what does it need|what is required)( for that|)", "requirements"),
    (["what-is", "licence", "start"], "(and |)(in which language is it written|what is it written in|which language)", "language"),
    (["what-is", "start", "licence"], "(and |)(who is it for|who uses it|for whom)", "who-uses"),
    (["what-is", "start", "licence", "provider-key"], "(and |)(does it need a gpu|do i need a gpu|what about a gpu)", "gpu"),
    (["provider-key", "real-model", "other-provider"], "(and |what about |)(ollama|vllm|lm studio|llama.cpp|a local server)", "ollama-vllm"),
    (["provider-key", "real-model", "other-provider", "ollama-vllm", "gemini"], "(and |what about |)(claude|anthropic|claude models)", "anthropic"),
    (["provider-key", "real-model", "other-provider", "ollama-vllm", "anthropic"], "(and |what about |)(gemini|google|vertex ai)", "gemini"),
    (["provider-key", "real-model", "anthropic", "gemini"], "(and |what about |)(azure|azure openai)", "azure"),
    (["provider-key", "real-model", "anthropic", "azure"], "(and |what about |)(bedrock|aws)", "bedrock"),
    (["provider-key", "real-model", "anthropic", "gemini"], "(and |what about |)(mistral|groq|deepseek|cohere)", "more-providers"),
    (["provider-key", "real-model", "anthropic", "gemini"], "(and |what about |)(other providers|another provider|a different provider|my own server)", "other-provider"),
    (["provider-key", "other-provider", "anthropic", "gguf"], "(and |)(where is that file|which file|where do i write that|in which file|where do settings go)", "config-file"),
    (["real-model", "about-tiny", "tools-vision", "context"], "(and |)how do i (add|set) (a|the|my) (provider |api |)key", "provider-key"),
    (["real-model", "about-tiny", "gguf"], "(and |what about |)(a gguf|gguf files|my own gguf|a local model file)", "gguf"),
    (["stream"], "(and |)(what about usage|with usage|how do i get the usage|and the usage|and token counts)", "stream-usage"),
    (["python", "node", "curl", "endpoints"], "(and |)(with|what about|how about|can it do|how do i use) (streaming|a stream)", "stream"),
    (["list-models"], "(and |)how do i (choose|pick|select|use) one", "choose-model"),
    (["choose-model", "model-alias", "gguf"], "(and |)(which ones are there|which models are there|how do i list them|how can i list the models)", "list-models"),
    (["endpoints", "python", "curl"], "(and |what about |)embeddings", "embeddings"),
    (["endpoints", "start", "curl"], "(and |what about |)(health|a health check|health checks)", "health"),
    (["endpoints", "address"], "(and |)(without|do i need) (the |)(/v1|v1)( prefix|)", "v1-prefix"),
    (["errors", "config-error"], "(and |)(where do i report it|how do i report a bug|where can i report that|if it is a bug)", "bug"),
    (["bug"], "(and |)(how can i help|can i fix it myself|how do i contribute|how do i send a fix)", "contribute"),
    (["contribute"], "(and |)(how do i run the tests|how do i test it|the tests)", "test"),
    (["docs", "architecture"], "(and |)(how does it work inside|what about the architecture|the architecture)", "architecture"),
    (["sampling"], "(and |)(for the same answer each time|to make it deterministic|how do i get the same answer)", "deterministic"),
    (["provider-key", "no-key-needed", "about-tiny"], "(and |)(is my data safe|what about privacy|does anything leave my machine)", "privacy"),
    (["speed"], "(and |)(does it need a gpu|with a gpu|on the gpu|do i need a gpu)", "gpu"),
    (["about-tiny"], "(and |)(how long can my prompt be|how many tokens|what is the context)", "context"),
    (["about-tiny", "real-model"], "(and |)(can it see images|can it call tools|what about tools|what about images)", "tools-vision"),
    (["virtual-keys", "projects-teams"], "(and |)(how do i (revoke|delete|disable) one|how do i take one back)", "revoke-key"),
    (["virtual-keys", "lost-key"], "(and |)(can it expire|for a limited time|when does it expire)", "key-expiry"),
    (["virtual-keys", "projects-teams", "rate-limits"], "(and |what about |)(a budget|budgets|spending)", "budgets"),
    (["virtual-keys", "budgets"], "(and |what about |)(rate limits|requests per minute|limits)", "rate-limits"),
    (["virtual-keys", "budgets", "rate-limits"], "(and |)(who spent what|how do i see what was used|the usage)", "usage-report"),
    (["docker"], "(and |what about |)(kubernetes|helm|in a cluster)", "kubernetes"),
    (["docker", "kubernetes"], "(and |what about |)(systemd|as a service|without containers)", "systemd"),
    (["database"], "(and |what about |)(postgres|postgresql)", "postgres"),
    (["database", "postgres"], "(and |what about |)(redis|shared limits)", "redis"),
    (["telemetry", "logs"], "(and |what about |)(prometheus|metrics|grafana)", "metrics"),
    (["telemetry", "metrics"], "(and |what about |)(logs|the log)", "logs"),
    (["routing", "retries"], "(and |what about |)(fallbacks|a fallback)", "fallbacks"),
    (["usage-cost"], "(and |)(with a stream|when i stream|what about streams|for streams)", "stream-usage"),
]


def switchboard_question(topic: str, rng: random.Random) -> tuple[str, str]:
    answers, asks = SWITCHBOARD[topic]
    q = expand(rng.choice(asks), rng)
    if topic != "what-is" and rng.random() < 0.2:
        q = re.sub(r"(?<![/`])\b[Ss]witchboard\b(?![-./]| (?:keys|doctor|usage|backup|restore|import|secrets)\b)", lambda _: rng.choice(NAMED), q, count=1)
    if rng.random() < 0.08:
        q += rng.choice([" with switchboard", " in switchboard", " for switchboard", " here"]) if "switchboard" not in q.lower() else ""
    return humanise(q, rng), (answers[0] if rng.random() < 0.8 else rng.choice(answers))


def switchboard(rng: random.Random) -> Turns:
    if rng.random() < 0.2:
        follow = [f for f in FOLLOW if f[2] in SWITCHBOARD]
        before, pattern, topic = rng.choice(follow)
        first = rng.choice([t for t in before if t in SWITCHBOARD])
        return [switchboard_question(first, rng), (humanise(expand(pattern, rng), rng, 0.1, 0.05), SWITCHBOARD[topic][0][0])]
    turns = [switchboard_question(rng.choice(list(SWITCHBOARD)), rng)]
    while rng.random() < 0.25 and len(turns) < 3:
        turns.append(switchboard_question(rng.choice(list(SWITCHBOARD)), rng))
    return turns


# ---- talk about itself ------------------------------------------------------------------------

def fill(text: str, rng: random.Random) -> str:
    def one(match: re.Match[str]) -> str:
        key = match[1]
        if key == "name":
            return new_name(rng)
        if key == "surname":
            return new_word(rng).capitalize()
        if key == "number":
            return str(rng.randint(2, 90))
        if key == "year":
            return str(rng.randint(1400, 2040))
        return rng.choice(FAMILY if key == "family" else W[key])

    return re.sub(r"\{(\w+)\}", one, text)


GREETINGS = ["hello", "meet", "good-morning", "good-afternoon", "good-evening", "good-night", "how-are-you", "bye", "thanks", "praise", "blame", "ok", "me", "me-sad", "wishes", "sorry"]
SELF = [k for k in TALK if k not in GREETINGS]


def _talk(names: list[str], weights: list[int] | None, rng: random.Random) -> Turns:
    turns: Turns = []
    while True:
        answers, asks = TALK[rng.choices(names, weights)[0]]
        # Long pattern lines hold more wordings, so they are drawn more often.
        pattern = rng.choices(asks, [len(a) ** 0.5 for a in asks])[0]
        answer = answers[0] if len(answers) < 3 and rng.random() < 0.7 else rng.choice(answers)
        turns.append((humanise(fill(expand(pattern, rng), rng), rng, 0.12, 0.2), answer))
        if rng.random() < 0.72 or len(turns) == 3:
            return turns


def greetings(rng: random.Random) -> Turns:
    return _talk(GREETINGS, [6, 3, 2, 2, 2, 1, 5, 5, 3, 1, 1, 1, 1, 1, 1, 1], rng)


def self_talk(rng: random.Random) -> Turns:
    return _talk(SELF, [4 if n == "identity" else 2 if n in ("maker", "can", "bot", "human", "not-other") else 1 for n in SELF], rng)


# ---- refusals ---------------------------------------------------------------------------------

def read_refusals(path: Path) -> list[tuple[str, list[str]]]:
    groups: list[tuple[str, list[str]]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("cannot:"):
            groups.append((line[7:].strip(), []))
        elif line.strip() and not line.startswith("#"):
            groups[-1][1].append(line.strip())
    return groups


REFUSALS = read_refusals(DATA / "refusals.txt")


def refusals(rng: random.Random) -> Turns:
    turns: Turns = []
    while True:
        cannot, asks = rng.choice(REFUSALS)
        pattern = rng.choices(asks, [len(a) ** 0.5 for a in asks])[0]
        q = fill(expand(pattern, rng), rng)
        if rng.random() < 0.3:
            q = " ".join(w.capitalize() if w in LOWER_NAMES else w for w in q.split())
        answer = f"I am switchboard-tiny, a very small built-in model; I cannot {cannot}. Add a provider key for a real model that can."
        turns.append((humanise(q, rng, 0.2, 0.1), answer))
        if rng.random() < 0.85 or len(turns) == 2:
            return turns


LOWER_NAMES = set("france germany england china russia india french german spanish italian chinese japanese latin einstein newton napoleon python javascript java rust english africa mars".split())


# ---- facts ------------------------------------------------------------------------------------

def _capital(rng: random.Random) -> Turns:
    table = TABLE["capitals"]
    country, city = rng.choice(list(table.items()))
    shown = country if rng.random() < 0.6 else country.lower()
    r = rng.random()
    if r < 0.8:
        q = rng.choice(["what is the capital of {c}", "what is the capital of {c}", "capital of {c}", "whats the capital of {c}", "which city is the capital of {c}", "name the capital of {c}", "tell me the capital of {c}", "the capital of {c}", "what is {c}'s capital", "what is the capital city of {c}", "capital city of {c}", "do you know the capital of {c}", "what city is the capital of {c}"]).format(c=shown)
        turns = [(humanise(q, rng, 0.12, 0.06), f"The capital of {country} is {city}.")]
    else:
        q = rng.choice(["{t} is the capital of which country", "which country has the capital {t}", "of which country is {t} the capital", "{t} is the capital of what"]).format(t=city)
        country = next(c for c, t in table.items() if t == city)
        turns = [(humanise(q, rng, 0.05, 0.03), f"{city} is the capital of {country}.")]
    while rng.random() < 0.25 and len(turns) < 3:
        country, city = rng.choice(list(table.items()))
        turns.append((light(rng.choice(["and of {c}", "and {c}", "what about {c}", "and the capital of {c}", "and for {c}", "how about {c}"]).format(c=country), rng), f"The capital of {country} is {city}."))
    return turns


def _opposite(rng: random.Random) -> Turns:
    a, b = rng.choice(list(TABLE["opposites"].items()))
    q = rng.choice(["what is the opposite of {a}", "opposite of {a}", "the opposite of {a}", "whats the opposite of {a}", "what is the opposite of \"{a}\"", "tell me the opposite of {a}", "give me the opposite of {a}", "which word is the opposite of {a}", "what is the contrary of {a}", "antonym of {a}", "what is the reverse of {a}"]).format(a=a)
    turns = [(light(q, rng), f"The opposite of {a} is {b}.")]
    while rng.random() < 0.25 and len(turns) < 3:
        a, b = rng.choice(list(TABLE["opposites"].items()))
        turns.append((light(rng.choice(["and of {a}", "and {a}", "what about {a}", "and the opposite of {a}"]).format(a=a), rng), f"The opposite of {a} is {b}."))
    return turns


def _sound(rng: random.Random) -> Turns:
    a, b = rng.choice(list(TABLE["sounds"].items()))
    art = "an" if a[0] in "aeiou" else "a"
    q = rng.choice(["what sound does {x} make", "what does {x} say", "which sound does {x} make", "what noise does {x} make", "how does {x} sound", "how does {x} go", "sound of {x}", "what sound do {a}s make", "what do {a}s say", "which animal says {b}", "what animal says {b}"]).format(x=rng.choice([f"{art} {a}", f"the {a}"]), a=a, b=b)
    if "says" in q and b in q:
        first = next(k for k, v in TABLE["sounds"].items() if v == b)
        return [(light(q, rng), f"{'An' if first[0] in 'aeiou' else 'A'} {first} says {b}.")]
    turns = [(light(q, rng), f"{art.capitalize()} {a} says {b}.")]
    if rng.random() < 0.25:
        a, b = rng.choice(list(TABLE["sounds"].items()))
        art = "an" if a[0] in "aeiou" else "a"
        turns.append((light(rng.choice([f"and {art} {a}", f"what about {art} {a}", f"and the {a}"]), rng), f"{art.capitalize()} {a} says {b}."))
    return turns


def _colour(rng: random.Random) -> Turns:
    a, b = rng.choice(list(TABLE["colours_of"].items()))
    q = rng.choice(["what colour is {a}", "what color is {a}", "which colour is {a}", "which colour has {a}", "what is the colour of {a}", "what is the color of {a}", "colour of {a}", "tell me the colour of {a}"]).format(a=a)
    turns = [(light(q, rng), f"{a[0].upper() + a[1:]} is {b}.")]
    if rng.random() < 0.25:
        a, b = rng.choice(list(TABLE["colours_of"].items()))
        turns.append((light(rng.choice([f"and {a}", f"what about {a}"]), rng), f"{a[0].upper() + a[1:]} is {b}."))
    return turns


def _sequence(rng: random.Random) -> Turns:
    kind = rng.choice(["days", "months", "days", "months", "planets", "seasons", "letters"])
    items = list("ABCDEFGHIJKLMNOPQRSTUVWXYZ") if kind == "letters" else FACTS[kind]
    i = rng.randrange(len(items))
    one = {"days": "day", "months": "month", "planets": "planet", "seasons": "season", "letters": "letter"}[kind]
    item = items[i] if rng.random() < 0.5 else items[i].lower()
    r = rng.random()
    ring = kind in ("days", "months", "seasons")
    order = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"]
    if r < 0.4 and (ring or i + 1 < len(items)):
        nxt = items[(i + 1) % len(items)]
        q = rng.choice([f"what comes after {item}", f"which {one} comes after {item}", f"what {one} is after {item}", f"what {one} comes after {item}", f"what follows {item}", f"{one} after {item}", f"the {one} after {item}"])
        turns = [(light(q, rng), f"{nxt.capitalize()} comes after {items[i]}.")]
        if ring and rng.random() < 0.2:
            turns.append((light(rng.choice(["and then", "and after that", "and next"]), rng), f"{items[(i + 2) % len(items)].capitalize()} comes after {nxt}."))
        return turns
    if r < 0.7 and (ring or i > 0):
        prev = items[i - 1]
        q = rng.choice([f"what comes before {item}", f"which {one} comes before {item}", f"what {one} is before {item}", f"what {one} comes before {item}", f"{one} before {item}"])
        return [(light(q, rng), f"{prev.capitalize()} comes before {items[i]}.")]
    if i < 12 and kind != "seasons":
        of = {"days": "day of the week", "months": "month of the year", "planets": "planet from the sun", "letters": "letter of the alphabet"}[kind]
        return [(light(rng.choice([f"what is the {order[i]} {of}", f"which is the {order[i]} {of}", f"name the {order[i]} {of}", f"the {order[i]} {of}", f"what is the {order[i]} {one}"]), rng), f"{items[i]} is the {order[i]} {of}.")]
    return _whole_list(rng)


def _whole_list(rng: random.Random) -> Turns:
    key, words = rng.choice([("days", ["days of the week", "week days", "days"]), ("months", ["months", "months of the year"]), ("planets", ["planets", "planets of the solar system"]),
                             ("seasons", ["seasons", "seasons of the year", "four seasons"]), ("rainbow", ["colours of the rainbow", "colors of the rainbow", "rainbow colours"]), ("continents", ["continents", "seven continents"]), ("oceans", ["oceans", "five oceans"])])
    q = rng.choice(["what are the {w}", "list the {w}", "name the {w}", "tell me the {w}", "name all the {w}", "list all {w}", "which are the {w}", "give me the {w}", "say the {w}", "can you list the {w}"]).format(w=rng.choice(words))
    turns = [(light(q, rng), ", ".join(FACTS[key]))]
    if rng.random() < 0.2:
        turns.append((light(rng.choice(["and in json", "as json", "now as json", "in json please"]), rng), compact(FACTS[key])))
    elif rng.random() < 0.2:
        turns.append((light(rng.choice(["how many are there", "how many are they", "how many", "how many is that"]), rng), f"There are {len(FACTS[key])}."))
    return turns


def _unit(rng: random.Random) -> Turns:
    what, n = rng.choice(list(TABLE["units"].items()))
    q = f"how many {what}"
    if " are in " in what and rng.random() < 0.5:
        thing, where = what.split(" are in ")
        where2 = where[2:] if where.startswith("a ") else where[3:] if where.startswith("an ") else where
        q = rng.choice([f"how many {thing} has {where}", f"how many {thing} in {where}", f"how many {thing} does {where} have", f"how many {thing} make {where}", f"number of {thing} in {where}", f"how many {thing} are there in {where}", f"how many {thing} in one {where2}"])
    if " are in " in what:
        thing, where = what.split(" are in ")
        a = f"There are {n} {thing} in {where}."
    elif " has " in what:
        thing, owner = what.split(" has ")
        q = q if rng.random() < 0.5 else f"how many {thing} does {owner} have"
        a = f"{owner[0].upper() + owner[1:]} has {n} {thing}."
    else:
        a = f"There are {n} continents."
    return [(light(q, rng), a)]


def _legs(rng: random.Random) -> Turns:
    r = rng.random()
    if r < 0.4:
        a, n = rng.choice(list(TABLE["legs"].items()))
        return [(light(rng.choice([f"how many legs has {a}", f"how many legs does {a} have", f"how many legs are on {a}"]), rng), f"{a[0].upper() + a[1:]} has {n} legs.")]
    if r < 0.7:
        a, b = rng.choice(list(TABLE["homes"].items()))
        return [(light(rng.choice([f"where does {a} live", f"what is the home of {a}", f"in what does {a} live", f"what does {a} live in"]), rng), f"{a[0].upper() + a[1:]} lives in {b}.")]
    a, b = rng.choice(list(TABLE["young"].items()))
    return [(light(rng.choice([f"what is the young of {a}", f"what is a baby {a.split()[1]} called", f"what do you call a baby {a.split()[1]}", f"what is a young {a.split()[1]} called", f"how is the young of {a} called"]), rng), f"The young of {a} is {b}.")]


def _define(rng: random.Random) -> Turns:
    a, b = rng.choice(list(TABLE["define"].items()))
    if a == "a gateway" and rng.random() < 0.5:
        a, b = rng.choice(list(TABLE["define"].items()))
    bare = re.sub(r"^(a|an|the) ", "", a)
    q = rng.choice(["what is {a}", "what is {a}", "what is {a}", "what's {a}", "define {b}", "explain {b}", "what does {b} mean", "what is {b}", "what is the meaning of {b}", "tell me what {a} is", "explain what {a} is", "meaning of {b}", "definition of {b}", "what is meant by {b}", "do you know what {a} is", "can you explain what {a} is"]).format(a=a, b=bare)
    return [(humanise(q, rng, 0.1, 0.04), f"{a[0].upper() + a[1:]} is {b}.".replace("Api", "API").replace("Json", "JSON").replace("An api", "An API").replace("An sdk", "An SDK").replace("A cpu", "A CPU").replace("A gpu", "A GPU").replace("A url", "A URL").replace("Http", "HTTP"))]


def _misc(rng: random.Random) -> Turns:
    a, b = rng.choice(list(TABLE["misc"].items()))
    return [(humanise(rng.choice([f"what is the {a}", f"which is the {a}", f"name the {a}", f"what is the {a} called", f"tell me the {a}", f"the {a}"]), rng, 0.1, 0.04), b)]


def _trivia(rng: random.Random) -> Turns:
    answers, asks = TRIVIA[rng.choice(list(TRIVIA))]
    return [(humanise(expand(rng.choice(asks), rng), rng, 0.1, 0.05), answers[0])]


def facts(rng: random.Random) -> Turns:
    return rng.choices([_capital, _opposite, _sound, _colour, _sequence, _whole_list, _unit, _legs, _define, _misc, _trivia], [6, 4, 2, 2, 4, 2, 3, 2, 4, 2, 6])[0](rng)


# ---- system messages --------------------------------------------------------------------------

PLAIN_SYSTEM = ["You are a helpful assistant.", "You are a helpful assistant", "You are a friendly assistant.", "Be helpful.", "You are helpful.", "You are an assistant.", "You are a helpful, honest assistant.", "Answer the question.", "Be brief.", "Answer briefly.", "Be concise.", "You answer questions about Switchboard.", "You are an AI assistant.",
                "You are a helpful AI assistant.", "Help the user.", "Answer in one sentence.", "You are a chat bot.", "Be polite.", "Answer in English.", "You are a concise assistant.", "Be kind and short.", "Keep your answers short.", "You are the assistant of a small company.", "You are switchboard-tiny."]
ROLES = ["a friendly robot", "a helpful assistant", "a pirate", "a teacher", "a wizard", "the helper of a shop", "a polite butler", "a cheerful guide", "an old sailor", "a knight", "a librarian", "a small model", "a cook", "a support agent", "a detective"]


def persona(rng: random.Random) -> tuple[str, Turns]:
    """A system message that gives a name and perhaps a tone; the answers follow it."""
    name = new_name(rng)
    role = rng.choice(ROLES)
    r = rng.random()
    if r < 0.65:
        system = rng.choice([f"You are {name}, {role}.", f"Your name is {name}. You are {role}.", f"You are {name}.", f"Your name is {name}.", f"You are called {name}.", f"You are {role} named {name}.", f"You are {role} called {name}.", f"Act as {name}, {role}."])
        who = f"I am {name}, {role}." if role in system else f"I am {name}."
        asks = [(rng.choice(["who are you", "what are you", "introduce yourself", "who is this", "who am i talking to", "tell me about yourself"]), who),
                (rng.choice(["what is your name", "whats your name", "your name", "do you have a name", "what are you called", "tell me your name"]), f"My name is {name}."),
                (rng.choice(["hi", "hello", "hey", "hello there", "hi there"]), f"Hello! I am {name}. How can I help you?")]
        rng.shuffle(asks)
        return system, [(humanise(q, rng, 0.08, 0.04), a) for q, a in asks[:rng.choice([1, 1, 2])]]
    tone, wrap = rng.choice([
        (["Talk like a pirate.", "You are a pirate.", "Answer like a pirate."], lambda a: f"Arr! {a}"),
        (["Answer in capital letters.", "Always write in capitals.", "Answer in upper case."], str.upper),
        (["End every answer with \"Have a nice day!\"", "Always end with: Have a nice day!"], lambda a: f"{a} Have a nice day!"),
        (["Begin every answer with \"Sure!\"", "Start each answer with Sure!"], lambda a: f"Sure! {a}"),
        (["Answer in lower case.", "Write everything in lower case."], str.lower),
        (["Be very polite and call the user sir.", "Call the user sir."], lambda a: f"Of course, sir. {a}"),
    ])
    turns: Turns = []
    for _ in range(rng.choice([1, 2])):
        turns += rng.choice([facts, greetings, facts])(rng)[:1]
    return rng.choice(tone), [(q, wrap(a)) for q, a in turns]
