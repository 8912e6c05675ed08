"""Makes training dialogues: draws a skill by its share, adds histories and system messages, leaves held-out questions out."""
from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

import knowledge
import skills
import stories
from patterns import normalise

SHARES = {  # by dialogue; Switchboard's answers and stories are longer, so by token they weigh more
    "switchboard": (knowledge.switchboard, 46), "copying": (skills.copying, 24), "sums": (skills.sums, 13), "refusals": (knowledge.refusals, 10),
    "facts": (knowledge.facts, 15), "greetings": (knowledge.greetings, 14), "self": (knowledge.self_talk, 6), "memory": (skills.memory, 7), "json": (skills.json_skill, 12),
    "counting": (skills.counting, 3.5), "spelling": (skills.spelling, 2), "lists": (skills.lists, 3), "compare": (skills.compare, 0.5), "stories": (stories.story, 5),
}
MAKERS = [maker for maker, _ in SHARES.values()]
WEIGHTS = [weight for _, weight in SHARES.values()]


@dataclass
class Dialogue:
    system: str | None
    turns: skills.Turns


def dialogue(rng: random.Random) -> Dialogue:
    r = rng.random()
    if r < 0.025:
        return Dialogue(*knowledge.persona(rng))
    system = rng.choice(knowledge.PLAIN_SYSTEM) if rng.random() < 0.12 else None
    turns = list(rng.choices(MAKERS, WEIGHTS)[0](rng))
    # Other talk before: the question must be answered on its own merits, mid-dialogue too.
    while rng.random() < 0.3 and len(turns) < 8:
        turns = list(rng.choices(MAKERS, WEIGHTS)[0](rng)) + turns
    if rng.random() < 0.004:  # a few long ones, so that late positions are trained
        while sum(len(q) + len(a) for q, a in turns) < 2000:
            turns += rng.choices(MAKERS, WEIGHTS)[0](rng)
    return Dialogue(system, turns)


def held_out(files: list[str]) -> set[str]:
    """Normalised questions of evaluation files: read for this one purpose, to leave them out."""
    out: set[str] = set()
    for name in files:
        for line in Path(name).read_text(encoding="utf-8").splitlines()[1:]:
            cells = line.split("\t")
            if len(cells) >= 2:
                out.add(normalise(cells[1].split(" || ")[-1]) if " || " not in cells[1] else normalise(cells[1]))
    return out


def excluded(d: Dialogue, held: set[str]) -> bool:
    if any(normalise(q) in held for q, _ in d.turns):
        return True
    flat: list[str] = []
    for q, a in d.turns:  # a history is held out as a whole
        flat.append(q)
        if len(flat) > 1 and normalise(" || ".join(flat)) in held:
            return True
        flat.append(a)
    return False


def dialogues(seed: int, count: int, held: set[str]) -> list[Dialogue]:
    rng = random.Random(seed)
    out: list[Dialogue] = []
    while len(out) < count:
        d = dialogue(rng)
        if not excluded(d, held):
            out.append(d)
    return out


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--count", type=int, default=20)
    p.add_argument("--exclude", nargs="*", default=[], help="evaluation files whose questions are left out")
    p.add_argument("--encode", metavar="NPZ", help="write token arrays here")
    p.add_argument("--tokenizer", default="build/tokenizer.model")
    p.add_argument("--text", metavar="FILE", help="write plain text, one turn a line, to train the tokenizer")
    a = p.parse_args()
    made = dialogues(a.seed, a.count, held_out(a.exclude))
    if a.text:
        with open(a.text, "w", encoding="utf-8") as f:
            for d in made:
                f.writelines(line + "\n" for turn in d.turns for text in turn for line in text.split("\n"))
    elif a.encode:
        from tokenizer import encode_all
        encode_all(made, a.tokenizer, a.encode)
    else:
        for d in made:
            print("----", d.system or "")
            for q, ans in d.turns:
                print("U:", q, "\nA:", ans)


if __name__ == "__main__":
    main()
