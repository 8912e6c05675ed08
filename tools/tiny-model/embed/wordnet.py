"""Reads the WordNet 3.0 database files and the SCOWL word lists."""
from __future__ import annotations

import os
import re
from dataclasses import dataclass, field

FILES = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
SS_TYPE = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}


@dataclass
class Synset:
    pos: str
    lemmas: list[str]
    definition: str
    examples: list[str]
    links: list[tuple[str, str]] = field(default_factory=list)  # (relation, synset key)
    lemma_links: list[tuple[str, int, str, int]] = field(default_factory=list)  # relation, own lemma, key, its lemma


def read_synsets(folder: str) -> dict[str, Synset]:
    out: dict[str, Synset] = {}
    for pos, name in FILES.items():
        with open(os.path.join(folder, "data." + name), encoding="utf-8", errors="replace") as f:
            for line in f:
                if line.startswith("  "):
                    continue
                head, _, gloss = line.partition("|")
                cells = head.split()
                n = int(cells[3], 16)
                lemmas = [re.sub(r"\(.*\)$", "", cells[4 + 2 * i]) for i in range(n)]
                at = 4 + 2 * n
                links: list[tuple[str, str]] = []
                lemma_links: list[tuple[str, int, str, int]] = []
                for i in range(int(cells[at])):
                    relation, offset, other, ends = cells[at + 1 + 4 * i: at + 5 + 4 * i]
                    key = other + offset
                    if ends == "0000":
                        links.append((relation, key))
                    else:
                        lemma_links.append((relation, int(ends[:2], 16) - 1, key, int(ends[2:], 16) - 1))
                examples = re.findall(r'"([^"]*)"', gloss)
                definition = re.sub(r'"[^"]*"?', " ", gloss)
                out[pos + cells[0]] = Synset(pos, lemmas, definition.strip(), examples, links, lemma_links)
    return out


def read_sense_ranks(folder: str) -> dict[tuple[str, str], list[str]]:
    """(lemma, part of speech) -> keys of its synsets, the commonest sense first."""
    out: dict[tuple[str, str], list[str]] = {}
    for pos, name in FILES.items():
        with open(os.path.join(folder, "index." + name), encoding="utf-8") as f:
            for line in f:
                if line.startswith("  "):
                    continue
                cells = line.split()
                out[cells[0], pos] = [pos + c for c in cells[-int(cells[2]):]]
    return out


def read_counts(folder: str) -> dict[tuple[str, str, int], int]:
    """(lemma, part of speech, sense number from 0) -> how often a tagged corpus used it."""
    out: dict[tuple[str, str, int], int] = {}
    with open(os.path.join(folder, "cntlist.rev"), encoding="utf-8") as f:
        for line in f:
            key, number, count = line.split()
            lemma, _, rest = key.partition("%")
            out[lemma, SS_TYPE[rest[0]], int(number) - 1] = int(count)
    return out


def read_exceptions(folder: str) -> dict[str, list[str]]:
    """Irregular forms: `went` -> [`go`]."""
    out: dict[str, list[str]] = {}
    for name in FILES.values():
        with open(os.path.join(folder, name + ".exc"), encoding="utf-8") as f:
            for line in f:
                form, *bases = line.split()
                out.setdefault(form, []).extend(bases)
    return out


def read_scowl(folder: str, levels: tuple[int, ...] = (10, 20, 35, 40, 50)) -> dict[str, int]:
    """word -> SCOWL level; a low level is a common word. Only selects and ranks words.

    The spelling variants (american-words, british-words) stay out: they carry further notices."""
    out: dict[str, int] = {}
    for level in levels:
        with open(os.path.join(folder, f"english-words.{level}"), encoding="iso-8859-1") as f:
            for line in f:
                out.setdefault(line.strip().lower().replace("'", ""), level)
    return out
