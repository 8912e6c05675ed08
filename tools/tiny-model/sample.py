"""Greedy answers from a checkpoint, to try it: `python3 sample.py "hello" "what is 3 plus 4"` or, without words, a chat."""
from __future__ import annotations

import argparse

import sentencepiece as spm
import torch

import read_gguf
from model import Model, Shape, rotate
from tokenizer import EOS, prompt_ids

Message = tuple[str, str]  # role, text


class Greedy:
    """The model with remembered keys and values. `as_q8` rounds the matrices as the GGUF file does.
    A checkpoint may be a GGUF file, which has its own tokenizer."""

    def __init__(self, checkpoint: str, tokenizer: str, as_q8: bool = False) -> None:
        gguf = checkpoint.endswith(".gguf")
        saved = read_gguf.checkpoint(checkpoint) if gguf else torch.load(checkpoint, map_location="cpu")
        self.model = Model(Shape(**saved["shape"]))
        self.model.load_state_dict(saved["weights"])
        self.sp = spm.SentencePieceProcessor(model_proto=read_gguf.tokenizer(checkpoint)) if gguf else spm.SentencePieceProcessor(model_file=tokenizer)
        if as_q8:
            for p in self.model.parameters():
                if p.dim() == 2:
                    blocks = p.data.view(-1, 32)
                    scale = (blocks.abs().amax(1, keepdim=True) / 127).half().float()
                    p.data = (torch.round(blocks / scale.clamp(min=1e-12)) * scale).view_as(p.data)

    @torch.no_grad()
    def answer(self, messages: list[Message], limit: int = 300) -> str:
        ids = prompt_ids(self.sp, messages)
        cache: list[tuple[torch.Tensor, torch.Tensor]] = [()] * self.model.shape.layers
        out, start, feed = [], 0, ids
        while len(out) < limit and start + len(feed) < self.model.shape.context:
            logits = self._run(torch.tensor([feed]), start, cache)
            start += len(feed)
            best = int(logits.argmax())
            if best == EOS:
                break
            out.append(best)
            feed = [best]
        return self.sp.decode(out)

    def _run(self, tokens: torch.Tensor, start: int, cache: list) -> torch.Tensor:
        m, s = self.model, self.model.shape
        t = tokens.shape[1]
        cos, sin = m.cos[start:start + t], m.sin[start:start + t]
        x = m.embed(tokens)
        mask = torch.full((t, start + t), float("-inf")).triu(start + 1)
        for i, block in enumerate(m.blocks):
            at = block.attn
            q, k, v = at.qkv(block.attn_norm(x)).view(1, t, -1, s.head_dim).transpose(1, 2).split(at.split, dim=1)
            q, k = rotate(q, cos, sin), rotate(k, cos, sin)
            if cache[i]:
                k, v = torch.cat((cache[i][0], k), 2), torch.cat((cache[i][1], v), 2)
            cache[i] = (k, v)
            group = s.heads // s.kv_heads
            k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
            w = (q @ k.transpose(-1, -2) * s.head_dim ** -0.5 + mask).softmax(-1)
            x = x + at.o((w @ v).transpose(1, 2).reshape(1, t, -1))
            x = x + block.ff(block.ff_norm(x))
        return m.logits(m.norm(x[:, -1]))[0]


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("questions", nargs="*", help="each may hold several turns: user || assistant || user")
    p.add_argument("--checkpoint", default="build/final.pt")
    p.add_argument("--tokenizer", default="build/tokenizer.model")
    p.add_argument("--system")
    a = p.parse_args()
    torch.set_num_threads(1)
    greedy = Greedy(a.checkpoint, a.tokenizer)
    begin: list[Message] = [("system", a.system)] if a.system else []
    for q in a.questions:
        turns = [(("user", "assistant")[i % 2], t) for i, t in enumerate(q.split(" || "))]
        print(f"> {q}\n{greedy.answer(begin + turns)}\n")
    messages = list(begin)
    while not a.questions:
        messages.append(("user", input("> ")))
        messages.append(("assistant", greedy.answer(messages)))
        print(messages[-1][1])


if __name__ == "__main__":
    main()
