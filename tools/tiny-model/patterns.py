"""Question patterns: `(a|b|)` is a choice that may nest. And the noise with which people really type."""
from __future__ import annotations

import random
import re
from functools import lru_cache
from pathlib import Path

Node = str | tuple  # text, or ("all", parts), or ("any", choices)


@lru_cache(maxsize=None)
def parse(pattern: str) -> Node:
    def choices(i: int) -> tuple[Node, int]:
        options, parts, text = [], [], ""
        while i < len(pattern):
            c = pattern[i]
            if c == "(":
                if text:
                    parts.append(text)
                    text = ""
                inner, i = choices(i + 1)
                parts.append(inner)
            elif c in "|)":
                if text:
                    parts.append(text)
                    text = ""
                options.append(("all", tuple(parts)))
                parts = []
                if c == ")":
                    return ("any", tuple(options)), i
            else:
                text += c
            i += 1
        if text:
            parts.append(text)
        options.append(("all", tuple(parts)))
        return ("any", tuple(options)), i

    return choices(0)[0]


def expand(pattern: str, rng: random.Random) -> str:
    def walk(node: Node) -> str:
        if isinstance(node, str):
            return node
        kind, children = node
        return walk(rng.choice(children)) if kind == "any" else "".join(map(walk, children))

    return re.sub(r" +", " ", walk(parse(pattern))).strip()


def read_sections(path: Path) -> dict[str, list[str]]:
    """`name: a, b, c` lines."""
    out: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, rest = line.partition(":")
            out[name.strip()] = [w.strip() for w in rest.split(", ") if w.strip()]
    return out


def read_topics(path: Path) -> dict[str, tuple[list[str], list[str]]]:
    """Topic files: id -> (answers, question patterns)."""
    out: dict[str, tuple[list[str], list[str]]] = {}
    answers: list[str] = []
    asks: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("topic:"):
            answers, asks = out.setdefault(line[6:].strip(), ([], []))
        elif line.startswith(">"):
            answers.append(line[1:].strip())
        else:
            asks.append(line)
    return out


def normalise(text: str) -> str:
    """The form in which a generated question is compared with a held-out one."""
    return re.sub(r"[^a-z0-9+*/-]+", " ", text.lower()).strip()


def typo(text: str, rng: random.Random) -> str:
    spots = [i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i - 1].isalpha() and text[i + 1].isalpha()]
    if not spots:
        return text
    i = rng.choice(spots)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:i] + text[i + 1:]
    if kind == 1:
        return text[:i] + text[i + 1] + text[i] + text[i + 2:]
    if kind == 2:
        return text[:i] + text[i] + text[i:]
    return text[:i] + rng.choice("abcdefghijklmnopqrstuvwxyz") + text[i + 1:]


BEFORE = ["hey, ", "hi, ", "hello, ", "please ", "can you tell me ", "could you tell me ", "tell me ", "i want to know ",
          "i would like to know ", "quick question: ", "question: ", "so ", "ok, ", "and ", "please tell me ", "sorry, ",
          "hey ", "um, ", "excuse me, ", "do you know ", "hi there, ", "just wondering, ", "i wonder ", "one more thing: ",
          "i have a question: ", "also, ", "next: ", "well, ", "my question is "]
AFTER = [" please", " thanks", ", please", ", thanks", " thank you", " pls", " now", " exactly", " again", " here",
         ", any idea", ", do you know", " in switchboard", " for me", " today", "? thanks", "? please", " then"]
ASKS = ("how", "what", "where", "who", "when", "why", "which", "is ", "are ", "can ", "do ", "does ", "could ", "will ",
        "may ", "must ", "should ", "whats", "did ", "has ", "was ", "would ", "am ")


def humanise(text: str, rng: random.Random, wrap: float = 0.22, typos: float = 0.16) -> str:
    """Types a clean lower-case question as a person might."""
    asks = text.lower().startswith(ASKS)
    if asks and rng.random() < wrap:
        text = rng.choice(BEFORE) + text
    if rng.random() < wrap * 0.6:
        text += rng.choice(AFTER if asks else AFTER[:6])
    text = text.replace(" i ", " I ") if rng.random() < 0.4 else text
    if rng.random() < typos:
        text = typo(text, rng)
        if rng.random() < 0.25:
            text = typo(text, rng)
    if rng.random() < 0.5:
        text = text[:1].upper() + text[1:]
        text = text.replace("witchboard", "witchboard").replace(" switchboard", " Switchboard")
    if rng.random() < 0.3:
        text = text.replace("'", "")
    elif rng.random() < 0.5:
        for a, b in (("whats ", "what's "), ("Whats ", "What's "), ("cant ", "can't "), ("dont ", "don't "), ("im ", "i'm "), ("hows ", "how's ")):
            if text.startswith(a) or f" {a}" in text:
                text = text.replace(a, b, 1)
                break
    if asks:
        text += rng.choices(["?", "", "??", " ?", "."], [62, 31, 2, 3, 2])[0] if not text.endswith("?") else ""
    else:
        text += rng.choices(["", ".", "!", "?"], [62, 22, 8, 8])[0]
    if rng.random() < 0.02:
        text = text.upper()
    return text
