"""Stories from a template grammar: a hero, a wish, a trouble, a friend who helps, an ending."""
from __future__ import annotations

import random
from pathlib import Path

from patterns import expand, humanise
from skills import NAMES, W, Turns, new_word

Plot = dict[str, list[str]]


def read_plots(path: Path) -> dict[str, Plot]:
    plots: dict[str, Plot] = {}
    plot: Plot = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        key, _, rest = line.partition(": ")
        if key == "plot":
            plot = plots.setdefault(rest, {"ask": [], "want": [], "trouble": [], "help": [], "end": []})
        else:
            plot[key] += [rest] if key == "ask" else rest.split(" | ")
    return plots


PLOTS = read_plots(Path(__file__).parent / "data" / "plots.txt")
HEROES = W["animals"] + W["folk"]
HERO_NAMES = ["Milo", "Ruby", "Oscar", "Nora", "Felix", "Daisy", "Leo", "Iris", "Hugo", "Willow", "Max", "Stella"]
FRIEND_NAMES = ["Penny", "Otto", "Rosie", "Bruno", "Lily", "Silas", "Molly", "Theo", "Clara", "Jasper", "Tessa", "Finn"]
OPEN = ["Once upon a time there was {d} named {n}, who lived in a {p}.", "Long ago, in a {p} far away, lived {d} named {n}.", "There once was {d} called {n}. {n} lived near the {p}.",
        "In a quiet {p} there lived {d} whose name was {n}.", "Once there was {d} named {n}.", "Far away, behind the {p}, lived {d} called {n}."]
DOES = ["found", "finds", "loves", "loved", "lost", "has", "had", "eats", "ate", "built", "builds", "sees", "saw", "wants", "wanted", "hides", "paints", "follows", "carries", "kept", "meets", "rides", "sold", "drops", "likes", "heard", "made", "wears", "fears", "hates", "steals", "collects", "lives with", "talks to", "dreams of", "sits on", "falls into", "swallowed", "becomes", "was"]
CLOSE = ["The end.", "And that is the end of the story.", "And if you go there, you may still meet them today.", "They all lived happily ever after.", ""]
ASK = ["tell me a story about {x}", "tell me a story about {x}", "tell me a story about {x}", "tell a story about {x}", "write a story about {x}", "a story about {x}", "story about {x}", "can you tell me a story about {x}", "make up a story about {x}", "i want a story about {x}", "please tell me a story about {x}", "tell me a short story about {x}", "write a short story about {x}", "give me a story about {x}",
       "short story about {x}", "tell me a tale about {x}", "tell us a story about {x}", "write me a story about {x}", "invent a story about {x}", "tell me a bedtime story about {x}", "could you tell me a story about {x}", "i would like a story about {x}", "do you know a story about {x}", "once upon a time there was {x}", "tell me a little story about {x}", "create a story about {x}", "tell my child a story about {x}"]
BARE = ["tell me a story", "tell a story", "a story please", "write a story", "do you know a story", "tell me a short story", "can you tell me a story", "make up a story", "story time", "i want to hear a story", "tell me a bedtime story", "give me a story", "story please", "please tell me a story", "tell me something", "read me a story", "write me a short story", "tell us a story", "i am bored, tell me a story"]


def article(word: str) -> str:
    return ("an " if word[0] in "aeiou" or word.startswith("hon") else "a ") + word


def story(rng: random.Random) -> Turns:
    plot = PLOTS[rng.choice(list(PLOTS))]
    r = rng.random()
    hero = rng.choice(HEROES) if r < 0.88 else new_word(rng) if r < 0.93 else rng.choice(W["things"] + W["food"])
    friend = rng.choice([h for h in W["animals"] if h != hero])
    mate = None
    thing = rng.choice(W["things"])
    place = rng.choice(W["places"])
    named = rng.random() < 0.12
    # Heroes and friends have names of their own: a small model would else give both the same.
    name = rng.choice(NAMES) if named else rng.choice(HERO_NAMES)
    mate_name = rng.choice(FRIEND_NAMES)
    trait = rng.choice(W["traits"])
    told = article(hero)  # how the hero is described in the question
    clause, own_deed, r = "", "", rng.random()
    if rng.random() < 0.25:
        told = article(f"{trait} {hero}")
    if named:
        told += rng.choice([f" named {name}", f" called {name}"])
    if r < 0.5:
        clause = expand(rng.choice(plot["ask"]), rng).replace("{t}", thing).replace("{place}", place).replace("s?", rng.choice(["", "s"]))
    elif r < 0.62:
        doing = f"{rng.choice(DOES)} {article(rng.choice(W['adjectives']) + ' ' + rng.choice(W['nouns']))}"
        clause = rng.choice(["who ", "that "]) + doing
        own_deed = f" Everybody knew {name} as the {hero} who {doing}."
    elif r < 0.7:
        friend = mate = rng.choice([h for h in (HEROES if rng.random() < 0.5 else W["animals"]) if h != hero])
    elif r < 0.76:
        clause = rng.choice(["in", "from", "near"]) + f" the {place}"
    elif r < 0.8:
        clause = f"and {article(thing)}"
    if rng.random() < 0.12:
        question, told = rng.choice(BARE), ""
        clause, own_deed, mate, named = "", "", None, False
    else:
        x = told + (f" and {article(mate)}" if mate else "") + (f" {clause}" if clause else "")
        if rng.random() < 0.04 and not clause and not mate and not named:
            x = hero + "s"
        question = rng.choice(ASK).format(x=x)
    opening = rng.choice(OPEN)
    described = article(f"{trait} {hero}")
    story_text = opening.format(d=described, n=name, p=place)
    if clause.startswith("and "):
        story_text += f" {name} had {article(thing)} and took it everywhere."
    story_text += own_deed
    parts = [rng.choice(plot[key]) for key in ("want", "trouble", "help", "end")]
    body = " ".join(parts)
    for key, value in (("{n}", name), ("{s}", hero), ("{f}", friend), ("{m}", mate_name), ("{p}", place), ("{t}", thing)):
        body = body.replace(key, value)
    for vowel in "aeiou":
        body = body.replace(f" a {vowel}", f" an {vowel}").replace(f"A {vowel}", f"An {vowel}")
    text = f"{story_text} {body} {rng.choice(CLOSE)}".strip()
    question = humanise(question, rng, wrap=0.1, typos=0.06)
    turns = [(question, text)]
    if rng.random() < 0.15:
        turns.append((humanise(rng.choice(["what is its name", "what was the name of the " + hero, "who is the hero", "what is the hero called", "how is the " + hero + " called"]), rng, 0.1, 0.05), f"The {hero} is called {name}."))
    elif rng.random() < 0.12:
        turns.append((humanise(rng.choice(["who helped " + name, "who was the friend", "who helped"]), rng, 0.05, 0.03), f"A {friend} named {mate_name} helped {name}.".replace("A a", "An a").replace("A e", "An e").replace("A o", "An o")))
    elif rng.random() < 0.06:
        other = story(rng)[:1]
        turns.append((rng.choice(["another story", "another one", "one more story", "tell me another one", "another please", "one more"]), other[0][1]))
    return turns
