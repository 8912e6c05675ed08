"""The tokenizer: SentencePiece BPE with byte fallback and single digits, and the dialogue format.

A dialogue is  <s> [<|system|> text <|end|>] (<|user|> text <|end|> <|assistant|> text <|end|>)*
Each text is encoded as SentencePiece does by default, with one space before it: so a word copied from the
middle of a question to the start of an answer keeps its tokens."""
from __future__ import annotations

import argparse

import numpy as np
import sentencepiece as spm

BOS, EOS, SYSTEM, USER, ASSISTANT = 1, 2, 3, 4, 5
CONTROL = ["<|system|>", "<|user|>", "<|assistant|>"]
CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def train(text: str, prefix: str, vocab: int) -> None:
    spm.SentencePieceTrainer.train(
        input=text, model_prefix=prefix, vocab_size=vocab, model_type="bpe", byte_fallback=True, split_digits=True,
        normalization_rule_name="identity", remove_extra_whitespaces=False, character_coverage=1.0, max_sentence_length=8192,
        unk_id=0, bos_id=1, eos_id=2, pad_id=-1, eos_piece="<|end|>", control_symbols=CONTROL, num_threads=2,
        max_sentencepiece_length=16, input_sentence_size=400000, shuffle_input_sentence=False)


def prompt_ids(sp: spm.SentencePieceProcessor, messages: list[tuple[str, str]]) -> list[int]:
    """Tokens up to and with the <|assistant|> that asks for an answer."""
    ids = [BOS]
    for role, text in messages:
        ids += [{"system": SYSTEM, "user": USER, "assistant": ASSISTANT}[role], *sp.encode(text), EOS]
    return ids + [ASSISTANT]


def encode_all(made: list, model: str, out: str, longest: int = 1024) -> None:
    """Writes all dialogues as one token array, offsets, and the loss weight class (1: answer) of each token."""
    sp = spm.SentencePieceProcessor(model_file=model)
    tokens: list[int] = []
    answer: list[int] = []
    offsets = [0]
    for d in made:
        ids, mark = [BOS], [0]
        if d.system:
            part = [SYSTEM, *sp.encode(d.system), EOS]
            ids += part
            mark += [0] * len(part)
        for q, a in d.turns:
            part = [USER, *sp.encode(q), EOS, ASSISTANT]
            said = [*sp.encode(a), EOS]
            if len(ids) + len(part) + len(said) > longest:
                break
            ids += part + said
            mark += [0] * len(part) + [1] * len(said)
        tokens += ids
        answer += mark
        offsets.append(len(tokens))
    np.savez(out, tokens=np.array(tokens, np.uint16), answer=np.array(answer, np.uint8), offsets=np.array(offsets, np.int64))


if __name__ == "__main__":
    p = argparse.ArgumentParser(description="Trains the tokenizer on generated text.")
    p.add_argument("--text", required=True)
    p.add_argument("--prefix", default="build/tokenizer")
    p.add_argument("--vocab", type=int, default=2560)
    a = p.parse_args()
    train(a.text, a.prefix, a.vocab)
