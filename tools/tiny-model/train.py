"""Trains the model for a given number of minutes, from nothing or from a file that is there; the learning rate follows the clock,
so a run always ends annealed. The clock is the time that the processor gave: a run that is stopped for a while (SIGSTOP) loses
nothing, and on a busy machine it takes longer. `--wall` bounds the time that passes.

Data comes in shards that another process makes while the previous one is used: every dialogue is fresh.
Two workers take small batches of equal length from one list, each on its own core: no waiting inside a matrix product,
and a core that is busy elsewhere simply takes fewer of them."""
from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import random
import threading
import time
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

import read_gguf
from generate import dialogues, held_out
from model import Model, Shape
from tokenizer import encode_all

Batch = tuple[Tensor, Tensor]  # tokens, answer marks


# ---- data -------------------------------------------------------------------------------------

def make_shards(folder: Path, seed: int, count: int, exclude: list[str], tokenizer: str, ready: Queue) -> None:
    held = held_out(exclude)
    for number in itertools.count(seed):
        path = folder / f"{number:08d}.npz"
        encode_all(dialogues(number, count, held), tokenizer, str(path))
        ready.put(path)  # waits while the one before was not taken


class Shards:
    """A process of our own name, forked before there are threads: who stops or ends the training by its name has this one too."""

    def __init__(self, folder: Path, seed: int, count: int, exclude: list[str], tokenizer: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        context = multiprocessing.get_context("fork")
        self.ready = context.Queue(maxsize=1)
        self.process = context.Process(target=make_shards, args=(folder, seed, count, exclude, tokenizer, self.ready), daemon=True)
        self.process.start()

    def next(self) -> dict[str, np.ndarray]:
        while True:
            try:
                path = self.ready.get(timeout=5)
                break
            except Empty:
                if not self.process.is_alive():
                    raise RuntimeError("no more shards are made") from None
        with np.load(path) as z:
            data = {k: z[k] for k in z.files}
        path.unlink()
        return data

    def close(self) -> None:
        self.process.kill()


def batches(data: dict[str, np.ndarray], size: int, rng: random.Random) -> list[Batch]:
    """Dialogues of like length side by side: little padding, and short rows make attention cheap."""
    offsets = data["offsets"]
    lengths = np.diff(offsets)
    order = np.argsort(lengths + np.random.default_rng(rng.random().__hash__()).random(len(lengths)) * 4)
    out: list[Batch] = []
    row: list[int] = []

    def flush() -> None:
        width = int(max(lengths[j] for j in row))
        tokens = np.zeros((len(row), width), np.int64)
        marks = np.zeros((len(row), width), np.float32)
        for i, j in enumerate(row):
            a, b = offsets[j], offsets[j + 1]
            tokens[i, :b - a] = data["tokens"][a:b]
            marks[i, :b - a] = data["answer"][a:b]
        out.append((torch.from_numpy(tokens), torch.from_numpy(marks)))
        row.clear()

    for j in order:
        if row and (len(row) + 1) * lengths[j] > size:
            flush()
        row.append(int(j))
    flush()
    rng.shuffle(out)
    return out


def loss_sum(model: Model, batch: Batch, kind: torch.dtype) -> tuple[Tensor, int]:
    """Summed cross-entropy over answer tokens only; the output layer is not computed elsewhere."""
    tokens, marks = batch
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=kind == torch.bfloat16):
        hidden = model.hidden(tokens[:, :-1], kind)
        pick = marks[:, 1:].reshape(-1).nonzero().squeeze(1)
        logits = model.logits(hidden.reshape(-1, hidden.shape[-1])[pick])
    return F.cross_entropy(logits.float(), tokens[:, 1:].reshape(-1)[pick], reduction="sum"), len(pick)


# ---- optimiser --------------------------------------------------------------------------------

def orthogonal(g: Tensor) -> Tensor:
    """Newton-Schulz: the nearest (half-)orthogonal matrix, roughly. g: (n, rows, cols)."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g / (g.norm(dim=(1, 2), keepdim=True) + 1e-7)
    tall = x.shape[1] > x.shape[2]
    x = (x.transpose(1, 2) if tall else x).to(torch.bfloat16)
    for _ in range(4):
        s = x @ x.transpose(1, 2)
        x = a * x + (b * s + c * (s @ s)) @ x
    x = x.float()
    return x.transpose(1, 2) if tall else x


class Muon:
    """Momentum, then an orthogonal step, for the matrices of the blocks; fused matrices are treated as their parts."""

    def __init__(self, groups: list[list[tuple[Tensor, int, int]]], momentum: float = 0.95, decay: float = 0.02) -> None:
        # Each group holds (parameter, first row, last row) of equal shape, so one batched product serves all.
        self.groups, self.momentum, self.decay = groups, momentum, decay
        self.velocity = [torch.zeros(len(g), g[0][2] - g[0][1], g[0][0].shape[1]) for g in groups]

    @torch.no_grad()
    def step(self, lr: float) -> None:
        for group, v in zip(self.groups, self.velocity):
            g = torch.stack([p.grad[a:b] for p, a, b in group])
            v.mul_(self.momentum).add_(g, alpha=1 - self.momentum)
            u = orthogonal(g.mul(1 - self.momentum).add_(v, alpha=self.momentum))
            scale = max(1.0, u.shape[1] / u.shape[2]) ** 0.5
            for (p, a, b), d in zip(group, u):
                p.data[a:b].mul_(1 - lr * self.decay).add_(d, alpha=-lr * scale)


def optimisers(model: Model) -> tuple[Muon, torch.optim.Optimizer]:
    s = model.shape
    q, kv = s.heads * s.head_dim, s.kv_heads * s.head_dim
    square, narrow, up, down = [], [], [], []
    for block in model.blocks:
        w = block.attn.qkv.weight
        square += [(w, 0, q), (block.attn.o.weight, 0, s.dim)]
        narrow += [(w, q, q + kv), (w, q + kv, q + 2 * kv)]
        up += [(block.ff.gate_up.weight, 0, s.ff), (block.ff.gate_up.weight, s.ff, 2 * s.ff)]
        down += [(block.ff.down.weight, 0, s.dim)]
    rest = [p for n, p in model.named_parameters() if p.dim() == 1 or "embed" in n]
    return Muon([square, narrow, up, down]), torch.optim.AdamW(rest, lr=0.0, betas=(0.9, 0.95), weight_decay=0.0)


def rate(progress: float, warm: float = 0.015, flat: float = 0.35) -> float:
    """Warm-up, a flat part, then a straight line to nearly nothing."""
    if progress < warm:
        return max(progress / warm, 0.02)
    return 1.0 if progress < flat else max((1.0 - progress) / (1.0 - flat), 0.005)


# ---- the run ----------------------------------------------------------------------------------

def run_step(models: list[Model], todo: list[Batch], kind: torch.dtype, threads: int) -> tuple[float, int]:
    """Gradients of all batches, summed into the first model."""
    todo, totals, lock = list(todo), [], threading.Lock()
    todo.sort(key=lambda b: b[0].numel())  # the largest are taken first, so the workers end together

    def work(model: Model) -> None:
        torch.set_num_threads(threads)
        while True:
            with lock:
                if not todo:
                    return
                batch = todo.pop()
            loss, n = loss_sum(model, batch, kind)
            loss.backward()
            with lock:
                totals.append((loss.item(), n))

    workers = [threading.Thread(target=work, args=(m,)) for m in models]
    for w in workers:
        w.start()
    for w in workers:
        w.join()
    count = max(sum(n for _, n in totals), 1)
    for parts in zip(*(m.parameters() for m in models)):
        grads = [p.grad for p in parts if p.grad is not None]
        parts[0].grad = sum(grads[1:], grads[0]).div_(count)
        for p in parts[1:]:
            p.grad = None
    return sum(t for t, _ in totals), count


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--minutes", type=float, default=95, help="of processor time, for each worker")
    p.add_argument("--wall", type=float, help="the most minutes that may pass; the learning rate follows whichever comes first")
    p.add_argument("--from", dest="present", metavar="GGUF", help="go on from these weights and this tokenizer; takes a lower --lr and --adam")
    p.add_argument("--out", default="build")
    p.add_argument("--exclude", nargs="*", default=[])
    p.add_argument("--seed", type=int, default=20_000)
    p.add_argument("--workers", type=int, default=2)
    p.add_argument("--threads", type=int, default=1, help="threads of each worker")
    p.add_argument("--tokens", type=int, default=6000, help="tokens of one step")
    p.add_argument("--batch", type=int, default=2000, help="tokens of one small batch")
    p.add_argument("--shard", type=int, default=12_000, help="dialogues of one shard")
    p.add_argument("--lr", type=float, help="0.02 from nothing, 0.01 with --from")
    p.add_argument("--adam", type=float, help="0.004 from nothing, 0.002 with --from")
    p.add_argument("--float32", action="store_true")
    p.add_argument("--save", type=float, default=5, help="minutes between checkpoints")
    p.add_argument("--resume", help="checkpoint to go on from")
    p.add_argument("--elapsed", type=float, default=0, help="minutes of the schedule that are already done, with --resume")
    a = p.parse_args()

    out = Path(a.out)
    out.mkdir(exist_ok=True, parents=True)
    torch.manual_seed(a.seed)
    rng = random.Random(a.seed)
    kind = torch.float32 if a.float32 else torch.bfloat16
    tokenizer = str(out / "tokenizer.model")
    if a.present:
        Path(tokenizer).write_bytes(read_gguf.tokenizer(a.present))
    lr, adam_lr = a.lr or (0.01 if a.present else 0.02), a.adam or (0.002 if a.present else 0.004)
    shards = Shards(out / "shards", a.seed + int(a.elapsed * 100), a.shard, a.exclude, tokenizer)
    model = Model(Shape())
    models = [model] + [Model(Shape()) for _ in range(a.workers - 1)]
    for m in models[1:]:  # the same weights, gradients of their own
        for mine, theirs in zip(m.parameters(), model.parameters()):
            mine.data = theirs.data
    muon, adam = optimisers(model)
    print(f"{sum(w.numel() for w in model.parameters()):,} parameters", flush=True)

    def save(name: str) -> None:
        torch.save({"shape": model.shape.as_dict(), "weights": model.state_dict(), "step": step, "tokens": seen}, out / "tmp.pt")
        (out / "tmp.pt").rename(out / name)

    began, before = time.time(), time.process_time()

    def minutes() -> float:
        return (time.process_time() - before) / a.workers / 60 + a.elapsed

    def done() -> float:
        wall = (time.time() - began) / 60 / a.wall if a.wall else 0
        return max(minutes() / a.minutes, wall)

    last = minutes()
    step = seen = 0
    if a.resume or a.present:
        saved = torch.load(a.resume) if a.resume else read_gguf.checkpoint(a.present)
        model.load_state_dict(saved["weights"])
        step, seen = saved["step"], saved["tokens"]
    smooth, queue, log = 0.0, [], open(out / "log.jsonl", "a")
    seen_before, last_line = seen, time.time()
    while (progress := done()) < 1:
        todo: list[Batch] = []
        while sum(b[0].numel() for b in todo) < a.tokens:
            if not queue:
                queue = batches(shards.next(), a.batch, rng)
            todo.append(queue.pop())
        total, count = run_step(models, todo, kind, a.threads)
        torch.set_num_threads(a.workers * a.threads)
        factor = rate(progress)
        muon.step(lr * factor)
        for group in adam.param_groups:
            group["lr"] = adam_lr * factor
        adam.step()
        model.zero_grad(set_to_none=True)
        step += 1
        size = sum(b[0].numel() for b in todo)
        seen += size
        smooth = total / count if smooth == 0 else 0.95 * smooth + 0.05 * total / count
        if step % 20 == 0:
            line = {"step": step, "minutes": round(minutes(), 2), "done": round(progress, 3), "loss": round(smooth, 4), "tokens": seen,
                    "rate": round(factor, 3), "per_second": round((seen - seen_before) / (time.time() - last_line))}
            seen_before, last_line = seen, time.time()
            print(json.dumps(line), file=log, flush=True)
            print(line, flush=True)
        if minutes() - last > a.save:
            last = minutes()
            save("last.pt")
    save("final.pt")
    shards.close()
    print(f"done: {step} steps, {seen:,} tokens, loss {smooth:.4f}", flush=True)


if __name__ == "__main__":
    main()
